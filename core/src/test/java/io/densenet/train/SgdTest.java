package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Against PyTorch's SGD; the goldens come from `scripts/optimizer_goldens.py`.
class SgdTest {
    @ParameterizedTest(name = "momentum {0}, nesterov {1}, weight decay {2}")
    @CsvFileSource(resources = "sgd.csv", numLinesToSkip = 1)
    void twelveStepsEndWherePyTorchEnds(
            double momentum, boolean nesterov, double weightDecay, String afterOne, String afterTwelve) {
        Sgd sgd = new Sgd(0.1, momentum, nesterov, weightDecay);
        float[] values = {0.5f, -1.25f, 2, 0};
        float[] gradients = new float[values.length];
        float[] velocity = new float[values.length];
        for (int step = 0; step < 12; step++) {
            for (int i = 0; i < values.length; i++) {
                gradients[i] = ((i + 1) * (step + 3) % 7 - 3) / 4f;
            }
            sgd.update(values, gradients, velocity, 0.1 / (1 + step), 0, values.length);
            if (step == 0) {
                assertArrayEquals(parse(afterOne), values, 1e-6f);
            }
        }
        assertArrayEquals(parse(afterTwelve), values, 1e-6f);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0, 0.9, true, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(Double.NaN, 0.9, true, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0.1, 1, true, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0.1, 0.9, true, -1e-4));
    }

    private static float[] parse(String text) {
        double[] parsed =
                Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
        float[] values = new float[parsed.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) parsed[i];
        }
        return values;
    }
}
