package io.densenet.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstConvolutionTest {
    private static final int OUTPUTS = 5;
    private static final int SIDE = 7;

    /// Every channel of a grey image is the same, whatever their number.
    @ParameterizedTest(name = "from {0} to {1} channels")
    @CsvSource({"3, 1", "1, 3", "3, 6", "1, 4", "4, 1", "2, 4"})
    void theResponseToAGreyImageStaysAsItWas(int before, int after) {
        SplittableRandom random = new SplittableRandom(7);
        Tensor.Floats weight = weight(before, random);
        Tensor.Floats adapted = FirstConvolution.adapt(weight, after);
        assertEquals(List.of(OUTPUTS, after, SIDE, SIDE), adapted.shape());
        double[] patch = random.doubles(SIDE * SIDE, -2, 2).toArray();
        assertArrayEquals(response(weight, patch), response(adapted, patch), 1e-5);
    }

    /// What each kernel gives on a patch that is the same in every channel.
    private static double[] response(Tensor.Floats weight, double[] patch) {
        double[] response = new double[OUTPUTS];
        int perOutput = weight.values().length / OUTPUTS;
        for (int i = 0; i < weight.values().length; i++) {
            response[i / perOutput] += weight.values()[i] * patch[i % patch.length];
        }
        return response;
    }

    @Test
    void channelsAreRepeatedInTurnAndScaled() {
        Tensor.Floats weight = new Tensor.Floats(List.of(2, 3, 1, 1), new float[] {1, 2, 3, 10, 20, 30});
        assertArrayEquals(
                new float[] {0.75f, 1.5f, 2.25f, 0.75f, 7.5f, 15, 22.5f, 7.5f},
                FirstConvolution.adapt(weight, 4).values());
        assertArrayEquals(
                new float[] {1.5f, 3, 15, 30}, FirstConvolution.adapt(weight, 2).values());
        assertArrayEquals(new float[] {6, 60}, FirstConvolution.adapt(weight, 1).values());
    }

    @Test
    void aWeightThatFitsStaysAsItIs() {
        Tensor.Floats weight = weight(3, new SplittableRandom(1));
        assertSame(weight, FirstConvolution.adapt(weight, 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void noChannelsAreRefused(int channels) {
        Tensor.Floats weight = weight(3, new SplittableRandom(1));
        assertThrows(IllegalArgumentException.class, () -> FirstConvolution.adapt(weight, channels));
    }

    @Test
    void aWeightOfAnotherKindOfLayerIsRefused() {
        Tensor.Floats linear = new Tensor.Floats(List.of(2, 3), new float[6]);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> FirstConvolution.adapt(linear, 1));
        assertEquals(
                "the weight of a first convolution is outputs x channels x height x width, found [2, 3]",
                refused.getMessage());
    }

    private static Tensor.Floats weight(int channels, SplittableRandom random) {
        float[] values = new float[OUTPUTS * channels * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return new Tensor.Floats(List.of(OUTPUTS, channels, SIDE, SIDE), values);
    }
}
