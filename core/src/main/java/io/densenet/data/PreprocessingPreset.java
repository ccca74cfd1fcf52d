package io.densenet.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What well-known libraries do to an image before a DenseNet sees it: for weights that come from there and do
/// not say it themselves.
///
/// [#preprocessing()] is what belongs to the published weights, of 224 × 224 pixels; [#preprocessing(int)] is the
/// same rule for another size.
public enum PreprocessingPreset {
    /// torchvision's `ImageClassification`: short side to 256, bilinear, the centre of 224, ImageNet's mean and
    /// deviation (docs.pytorch.org, `DenseNet121_Weights`).
    TORCHVISION {
        @Override
        public Preprocessing preprocessing(int side) {
            return shortSide(side, Interpolation.BILINEAR);
        }
    },
    /// timm's evaluation of its densenets: the short side so large that 0.875 of it is seen, bicubic, the
    /// centre, ImageNet's mean and deviation (`timm/models/densenet.py`, `timm/data/transforms_factory.py`).
    TIMM {
        @Override
        public Preprocessing preprocessing(int side) {
            return shortSide(side, Interpolation.BICUBIC);
        }
    },
    /// Keras' `densenet.preprocess_input`, which is its mode `torch`, behind `load_img(target_size=…)`: stretched,
    /// each pixel the nearest one, which is the default there, ImageNet's mean and deviation.
    KERAS {
        @Override
        public Preprocessing preprocessing(int side) {
            Fit fit = new Fit.Stretch(Interpolation.NEAREST);
            return new Preprocessing(3, side, side, Normalization.imageNet(), fit);
        }
    },
    /// torchxrayvision's X-rays: one channel, the largest square in the middle, bilinear, values from −1024 to
    /// 1024: `(2 x / 255 − 1) · 1024` for a level x.
    ///
    /// Two things are done otherwise here. torchxrayvision resizes behind the normalisation and with
    /// scikit-image, whose smoothing is another one, so that values differ at edges; where nothing is resized
    /// they agree. Of a colour picture it takes the red channel, here the colours are mixed to grey; of an X-ray
    /// that was stored in colour both are the same.
    TORCHXRAYVISION {
        @Override
        public Preprocessing preprocessing(int side) {
            Normalization range = new Normalization(List.of(0.5), List.of(1.0 / 2048));
            return new Preprocessing(1, side, side, range, new Fit.Square(Interpolation.BILINEAR));
        }
    };

    private static final int PUBLISHED_SIDE = 224;

    /// For the published weights.
    public Preprocessing preprocessing() {
        return preprocessing(PUBLISHED_SIDE);
    }

    /// What the library's networks are trained for.
    public Task task() {
        return this == TORCHXRAYVISION ? Task.MULTI_LABEL : Task.SINGLE_LABEL;
    }

    /// For weights that read images of `side` × `side` pixels.
    public abstract Preprocessing preprocessing(int side);

    private static Preprocessing shortSide(int side, Interpolation interpolation) {
        int pixels = Fit.ShortSide.of(side, Fit.PART_OF_THE_PAPER).pixels();
        Fit fit = new Fit.ShortSide(pixels, interpolation, Fit.HalfPixel.EVEN);
        return new Preprocessing(3, side, side, Normalization.imageNet(), fit);
    }

    /// The preset that a person names, in small letters.
    ///
    /// @throws IllegalArgumentException when there is none, naming those that there are
    public static PreprocessingPreset named(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no preprocessing is named '%s'; there are %s"
                        .formatted(
                                name,
                                Arrays.stream(values())
                                        .map(PreprocessingPreset::toString)
                                        .collect(Collectors.joining(", ")))));
    }

    /// As in [#named].
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
