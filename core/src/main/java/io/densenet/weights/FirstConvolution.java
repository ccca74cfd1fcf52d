package io.densenet.weights;

import java.util.List;

/// Fits the first convolution of trained weights to images with another number of channels, so that the rest of
/// the network can be used as it is.
///
/// The rule is timm's (`adapt_input_conv`). To one channel: the kernels of all channels are added up. To more:
/// channel c of the new weight is channel c mod n of the n old ones, times n over the new number. So grey
/// images give the same response through 3 channels as through 1, and the response to any number of equal channels
/// has the same size; it is the same where the new number is a multiple of the old one.
///
/// That holds for what the network reads, behind normalisation: one channel wants one mean and one deviation,
/// and three equal channels the same three times.
public final class FirstConvolution {
    private FirstConvolution() {}

    /// The weight for `channels` channels; the same object when it has them already.
    ///
    /// @param weight   of the convolution: outputs × channels × height × width
    /// @throws IllegalArgumentException when `weight` is none of a convolution, or `channels` not positive
    public static Tensor.Floats adapt(Tensor.Floats weight, int channels) {
        List<Integer> shape = weight.shape();
        if (shape.size() != 4 || shape.contains(0)) {
            throw new IllegalArgumentException(
                    "the weight of a first convolution is outputs x channels x height x width, found %s"
                            .formatted(shape));
        }
        if (channels < 1) {
            throw new IllegalArgumentException("a network reads at least one channel, not " + channels);
        }
        int before = shape.get(1);
        if (before == channels) {
            return weight;
        }
        int outputs = shape.get(0);
        int taps = shape.get(2) * shape.get(3); // of one kernel; it is part of an array that exists
        int length = Math.multiplyExact(Math.multiplyExact(outputs, channels), taps);
        float[] values = new float[length];
        for (int output = 0; output < outputs; output++) {
            int from = output * before * taps;
            int to = output * channels * taps;
            if (channels == 1) {
                sum(weight.values(), from, before, values, to, taps);
            } else {
                repeat(weight.values(), from, before, values, to, channels, taps);
            }
        }
        return new Tensor.Floats(List.of(outputs, channels, shape.get(2), shape.get(3)), values);
    }

    private static void sum(float[] weight, int from, int before, float[] values, int to, int taps) {
        for (int tap = 0; tap < taps; tap++) {
            double sum = 0;
            for (int c = 0; c < before; c++) {
                sum += weight[from + c * taps + tap];
            }
            values[to + tap] = (float) sum;
        }
    }

    private static void repeat(float[] weight, int from, int before, float[] values, int to, int channels, int taps) {
        double scale = (double) before / channels;
        for (int c = 0; c < channels; c++) {
            for (int tap = 0; tap < taps; tap++) {
                values[to + c * taps + tap] = (float) (weight[from + c % before * taps + tap] * scale);
            }
        }
    }
}
