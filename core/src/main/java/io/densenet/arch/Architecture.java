package io.densenet.arch;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A network that can be built when images and classes are known: a DenseNet, or one of those that the
/// paper compares it with. Pure data; weights are none of its business.
public sealed interface Architecture permits DenseNetConfig, Baseline {
    /// C of the images.
    int inputChannels();

    int numClasses();

    Architecture withNumClasses(int numClasses);

    /// What a person calls this kind of network: "DenseNet-BC", "Wide ResNet".
    String variant();

    /// Layers with weights as its paper counts them.
    int depth();

    /// Whether it is made for images of about 224 pixels and 1000 classes, not for 32 and 10.
    boolean isForImageNet();

    /// Names of the parameters that give the classes, one row of each for a class: `classifier.weight` and its bias
    /// in a DenseNet.
    default Set<String> classifierParameters(Shape image) {
        List<ParameterSpec> more = withNumClasses(numClasses() + 1).graph(image).parameters();
        Set<String> same = new HashSet<>();
        more.forEach(spec -> same.add(spec.name() + spec.shape()));
        return graph(image).parameters().stream()
                .filter(spec -> !same.contains(spec.name() + spec.shape()))
                .map(ParameterSpec::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// The network operation by operation.
    ///
    /// @throws IllegalArgumentException when the image has other channels, or is too small for the network
    Graph graph(Shape image);
}
