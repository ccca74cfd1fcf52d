package io.densenet.model;

import io.densenet.arch.Architecture;
import io.densenet.arch.Graph;
import io.densenet.arch.Shape;
import io.densenet.data.Preprocessing;
import io.densenet.data.Task;
import java.util.List;

/// All that must travel with weights so that they can be used without asking anybody.
///
/// @param name          model name, e.g. `densenet-bc-100-12`
/// @param architecture  the network for these classes and images
/// @param preprocessing what to do to images; its size is the network's input
/// @param classNames    as many as the network has classes
/// @param task          what its logits mean
public record ModelDescription(
        String name, Architecture architecture, Preprocessing preprocessing, List<String> classNames, Task task) {
    public ModelDescription {
        classNames = List.copyOf(classNames);
        if (classNames.size() != architecture.numClasses()) {
            throw new IllegalArgumentException(
                    "%d class names for %d classes".formatted(classNames.size(), architecture.numClasses()));
        }
        if (preprocessing.channels() != architecture.inputChannels()) {
            throw new IllegalArgumentException("images of %d channels for a network of %d"
                    .formatted(preprocessing.channels(), architecture.inputChannels()));
        }
    }

    /// One class an image.
    public ModelDescription(
            String name, Architecture architecture, Preprocessing preprocessing, List<String> classNames) {
        this(name, architecture, preprocessing, classNames, Task.SINGLE_LABEL);
    }

    /// The same with logits that mean something else.
    public ModelDescription withTask(Task other) {
        return new ModelDescription(name, architecture, preprocessing, classNames, other);
    }

    /// The network operation by operation.
    ///
    /// @throws IllegalArgumentException when its images are too small for it
    public Graph graph() {
        return architecture.graph(inputShape());
    }

    public Shape inputShape() {
        return new Shape(preprocessing.channels(), preprocessing.height(), preprocessing.width());
    }
}
