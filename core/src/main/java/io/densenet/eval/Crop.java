package io.densenet.eval;

import io.densenet.data.View;
import io.densenet.data.View.Place;
import java.util.List;
import java.util.stream.Stream;

/// How often the network looks at each image of a test, and where (§4.4, Table 3). What is cut, is cut out of
/// an image whose short side was scaled, see [io.densenet.data.Fit.ShortSide].
public sealed interface Crop {
    /// The windows of one image that the network sees.
    List<View> views();

    /// The centre of the image.
    record SingleCrop() implements Crop {
        @Override
        public List<View> views() {
            return List.of(View.CENTRE);
        }
    }

    /// Centre and four corners of the image, and the same of its mirror image. The logits of all ten are
    /// added up, as in the authors' code; probabilities are not averaged.
    record TenCrop() implements Crop {
        private static final List<Place> PLACES = List.of(Place.values());

        @Override
        public List<View> views() {
            return Stream.of(false, true)
                    .flatMap(mirrored -> PLACES.stream().map(place -> new View(place, mirrored)))
                    .toList();
        }
    }
}
