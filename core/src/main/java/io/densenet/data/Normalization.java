package io.densenet.data;

import java.util.Collections;
import java.util.List;

/// Per-channel normalisation: (value/255 − mean)/deviation, the first step after decoding.
///
/// @param mean      of each channel, on the scale 0–1
/// @param deviation standard deviation of each channel, on the scale 0–1
public record Normalization(List<Double> mean, List<Double> deviation) {
    public Normalization {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != deviation.size()
                || mean.isEmpty()
                || mean.stream().anyMatch(m -> !Double.isFinite(m))
                || deviation.stream().anyMatch(d -> !(d > 0) || d.isInfinite())) {
            throw new IllegalArgumentException(
                    "normalisation needs as many deviations, all positive, as means, and finite numbers; was %s and %s"
                            .formatted(mean, deviation));
        }
    }

    /// Division by 255 and nothing else.
    public static Normalization unit(int channels) {
        return new Normalization(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    }

    /// Mean and deviation of ImageNet's training images as everybody uses them: torchvision, timm, Keras, and the
    /// authors' code (datasets/imagenet.lua of fb.resnet.torch).
    public static Normalization imageNet() {
        return new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /// The same for another number of channels: each has the mean of the means, and of the deviations.
    public Normalization withChannels(int channels) {
        if (channels == channels()) {
            return this;
        }
        double grey = mean.stream().mapToDouble(m -> m).average().orElseThrow();
        double spread = deviation.stream().mapToDouble(d -> d).average().orElseThrow();
        return new Normalization(Collections.nCopies(channels, grey), Collections.nCopies(channels, spread));
    }

    public int channels() {
        return mean.size();
    }
}
