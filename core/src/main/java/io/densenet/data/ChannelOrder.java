package io.densenet.data;

/// The order in which a network reads the colours.
public enum ChannelOrder {
    /// Red first: torchvision, timm, Keras' mode `torch`, and everything here.
    RGB,
    /// Blue first, as networks that were trained with Caffe or OpenCV want it.
    BGR;

    /// Which of the decoded channels the network reads as its channel `channel`.
    ///
    /// @param channels of the image, 1 or 3
    int stored(int channel, int channels) {
        return switch (this) {
            case RGB -> channel;
            case BGR -> channels - 1 - channel;
        };
    }
}
