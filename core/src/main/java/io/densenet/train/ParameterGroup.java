package io.densenet.train;

import io.densenet.engine.ParameterArena;
import io.densenet.engine.TrainableClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Consecutive parameters that the optimizer moves at one rate. Frozen parameters are in none.
///
/// @param from       in the arena
/// @param end        behind the last
/// @param rateFactor what the learning rate is multiplied with
record ParameterGroup(int from, int end, double rateFactor) {
    /// All that is trained, as few groups as can be.
    ///
    /// @param head           names of the classifier's parameters
    /// @param headRateFactor for them, 1 for all else
    static List<ParameterGroup> of(TrainableClassifier model, Set<String> head, double headRateFactor) {
        List<ParameterGroup> groups = new ArrayList<>();
        for (ParameterArena.View view : model.parameters().views()) {
            String name = view.spec().name();
            if (model.frozen().holds(name)) {
                continue;
            }
            double factor = head.contains(name) ? headRateFactor : 1;
            boolean joins = !groups.isEmpty()
                    && groups.getLast().end() == view.offset()
                    && groups.getLast().rateFactor() == factor;
            int from = joins ? groups.removeLast().from() : view.offset();
            groups.add(new ParameterGroup(from, view.end(), factor));
        }
        return List.copyOf(groups);
    }
}
