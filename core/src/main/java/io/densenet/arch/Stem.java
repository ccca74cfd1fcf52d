package io.densenet.arch;

/// What stands before the first dense block.
public sealed interface Stem {
    /// C of the image.
    int inputChannels();

    /// k0: maps that enter the first dense block. The paper takes 16 for plain DenseNets and 2k for DenseNet-BC
    /// (§4.2).
    int initialChannels();

    Stem withInputChannels(int channels);

    Stem withInitialChannels(int channels);

    /// CIFAR and SVHN (§4.2): one 3×3 convolution of stride 1, and neither normalisation nor ReLU after it; the
    /// first dense layer brings its own.
    record Cifar(int inputChannels, int initialChannels) implements Stem {
        public Cifar {
            requirePositive(inputChannels, initialChannels);
        }

        @Override
        public Cifar withInputChannels(int channels) {
            return new Cifar(channels, initialChannels);
        }

        @Override
        public Cifar withInitialChannels(int channels) {
            return new Cifar(inputChannels, channels);
        }
    }

    /// ImageNet (Table 1): a 7×7 convolution of stride 2, batch norm, ReLU and a 3×3 max pool of stride 2.
    record ImageNet(int inputChannels, int initialChannels) implements Stem {
        public ImageNet {
            requirePositive(inputChannels, initialChannels);
        }

        @Override
        public ImageNet withInputChannels(int channels) {
            return new ImageNet(channels, initialChannels);
        }

        @Override
        public ImageNet withInitialChannels(int channels) {
            return new ImageNet(inputChannels, channels);
        }
    }

    private static void requirePositive(int inputChannels, int initialChannels) {
        if (inputChannels <= 0 || initialChannels <= 0) {
            throw new IllegalArgumentException("a stem needs positive input and initial channels, was %d and %d"
                    .formatted(inputChannels, initialChannels));
        }
    }
}
