package io.densenet.app.plot;

import io.densenet.analysis.GradientFlow;

/// The gradients of one network in one state.
///
/// @param network whose colour it has
/// @param trained whether it is drawn dashed, as the state after training
public record GradientCurve(String network, boolean trained, GradientFlow flow) {
    /// The name in the legend.
    String name() {
        return network + (trained ? ", trained" : ", at initialisation");
    }
}
