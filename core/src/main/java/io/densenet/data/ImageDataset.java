package io.densenet.data;

import java.io.IOException;
import java.util.List;

/// Labelled images in a fixed order. Thread-safe: many workers read at once.
public interface ImageDataset {
    /// Number of images.
    int size();

    /// The class of image `index`, a position in [#classNames()].
    int label(int index);

    /// Image `index`, decoded. Images may differ in size and in channels.
    ///
    /// @throws IOException when its file cannot be read or is no image; the message names the file
    Image image(int index) throws IOException;

    /// Names of the classes; labels are positions in this list.
    List<String> classNames();
}
