package io.densenet.arch;

/// Settings shared by every batch normalisation of a network.
///
/// @param epsilon  added to the variance; 1e-5 in Torch and PyTorch, 1.001e-5 in Keras
/// @param momentum weight of the new batch in the running statistics; 0.1 in Torch and PyTorch
public record BatchNorm(double epsilon, double momentum) {
    /// What the authors' code and torchvision use.
    public static final BatchNorm STANDARD = new BatchNorm(1e-5, 0.1);

    public BatchNorm {
        if (!(epsilon > 0) || !(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException(
                    "batch norm needs epsilon > 0 and momentum in (0, 1], was %s and %s".formatted(epsilon, momentum));
        }
    }
}
