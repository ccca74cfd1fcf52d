package io.densenet.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The classes of ImageNet (ILSVRC 2012) as people call them: `tench`, `goldfish`, … in the order of their WordNet
/// ids, which is that of every network trained on them. The names are torchvision's, each of them once.
public final class ImageNetClasses {
    /// How many there are.
    public static final int COUNT = 1000;

    private static final String RESOURCE = "imagenet-classes.txt";

    private ImageNetClasses() {}

    /// The name of each class, the first class first.
    public static List<String> names() {
        try (InputStream stream =
                Objects.requireNonNull(ImageNetClasses.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
