package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against torchvision, Pillow and numpy; files made by core/src/test/scripts/make_preset_goldens.py.
class PreprocessingPresetTest {
    private static final int EVERY = 97; // value is in the golden

    /// A level is 0.017 wide, of torchxrayvision's range 8.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"torchvision, 1e-5", "timm, 1e-5", "keras, 1e-5", "torchxrayvision, 1e-3"})
    void theNetworkSeesWhatItSeesInPython(String preset, float tolerance) throws IOException {
        Preprocessing preprocessing = PreprocessingPreset.named(preset).preprocessing();
        for (String picture : new String[] {"wide", "high", "grey"}) {
            Transforms transforms = new Transforms(preprocessing);
            float[] values = new float[transforms.valuesPerImage()];
            transforms.apply(TestImages.decoded("presets/%s.png".formatted(picture)), values, 0);
            float[] found = new float[Math.ceilDiv(values.length, EVERY)];
            for (int i = 0; i < found.length; i++) {
                found[i] = values[i * EVERY];
            }
            byte[] golden = TestImages.resource("presets/%s-%s.f32".formatted(preset, picture));
            float[] expected = new float[golden.length / Float.BYTES];
            ByteBuffer.wrap(golden)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(expected);
            assertArrayEquals(expected, found, tolerance, picture);
        }
    }

    @Test
    void aPresetKeepsItsRuleForOtherSizes() {
        assertEquals(
                new Fit.ShortSide(32, Interpolation.BILINEAR, Fit.HalfPixel.EVEN),
                PreprocessingPreset.TORCHVISION.preprocessing(28).fit());
        assertEquals(28, PreprocessingPreset.KERAS.preprocessing(28).width());
    }

    @Test
    void aPresetThatIsNoneIsRefusedWithThoseThatThereAre() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PreprocessingPreset.named("caffe"));
        assertEquals(
                "no preprocessing is named 'caffe'; there are torchvision, timm, keras, torchxrayvision",
                refused.getMessage());
    }

    @Test
    void blueComesFirstWhereThatIsWanted() {
        Preprocessing rgb = TestImages.unscaled(3, 1, 2);
        Image image = new Image(3, 1, 2, new byte[] {1, 2, 3, 4, 5, 6});
        float[] out = new float[6];
        new Transforms(rgb.withOrder(ChannelOrder.BGR)).apply(image, out, 0);
        assertArrayEquals(new float[] {3, 6, 2, 5, 1, 4}, out, 1e-4f);
        Preprocessing grey = TestImages.unscaled(1, 1, 2);
        assertThrows(IllegalArgumentException.class, () -> grey.withOrder(ChannelOrder.BGR));
    }
}
