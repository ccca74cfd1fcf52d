package io.densenet.model;

import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.data.Preprocessing;
import java.util.List;

/// All that must travel with weights so that they can be used without asking anybody.
///
/// @param name          model name, e.g. `densenet-bc-100-12`
/// @param preprocessing what to do to images; its size is the network's input
/// @param classNames    as many as the configuration has classes
public record ModelDescription(
        String name, DenseNetConfig config, Preprocessing preprocessing, List<String> classNames) {
    public ModelDescription {
        classNames = List.copyOf(classNames);
        if (classNames.size() != config.numClasses()) {
            throw new IllegalArgumentException(
                    "%d class names for %d classes".formatted(classNames.size(), config.numClasses()));
        }
        if (preprocessing.channels() != config.stem().inputChannels()) {
            throw new IllegalArgumentException("images of %d channels for a stem of %d"
                    .formatted(preprocessing.channels(), config.stem().inputChannels()));
        }
    }

    /// The network operation by operation.
    ///
    /// @throws IllegalArgumentException when its images are too small for it
    public Graph graph() {
        return Graph.of(DenseNet.of(config), inputShape());
    }

    public Shape inputShape() {
        return new Shape(preprocessing.channels(), preprocessing.height(), preprocessing.width());
    }
}
