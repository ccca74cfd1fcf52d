package io.densenet.data;

import java.io.IOException;
import java.util.List;

/// Labelled images in a fixed order. Thread-safe: many workers read at once.
public interface ImageDataset {
    /// Number of images.
    int size();

    /// Whether its images have one class each, which [#label(int)] gives, or several, which [#targets(int)]
    /// gives.
    default Task task() {
        return Task.SINGLE_LABEL;
    }

    /// The class of image `index`, a position in [#classNames()].
    ///
    /// @throws UnsupportedOperationException when images may have several
    int label(int index);

    /// Of each class whether image `index` is of it: 1 when it is, 0 when not, NaN when nobody knows.
    ///
    /// @throws UnsupportedOperationException when each image has one class
    default float[] targets(int index) {
        throw new UnsupportedOperationException("each image has one class; ask for its label");
    }

    /// Image `index`, decoded. Images may differ in size and in channels.
    ///
    /// @throws IOException when its file cannot be read or is no image; the message names the file
    Image image(int index) throws IOException;

    /// Names of the classes; labels are positions in this list.
    List<String> classNames();
}
