package io.densenet.arch;

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

    /// The network operation by operation.
    ///
    /// @throws IllegalArgumentException when the image has other channels, or is too small for the network
    Graph graph(Shape image);
}
