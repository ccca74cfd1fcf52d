package io.densenet.data;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of SVHN, "Format 2: Cropped Digits" of its page (<http://ufldl.stanford.edu/housenumbers/>), a
/// MATLAB file with two arrays:
///
///     X   32 rows × 32 columns × 3 colours × N images   unsigned 8-bit, rows fastest
///     y   N × 1                                          1 to 9, and 10 for the digit 0
///
/// Labels and sizes are read when the file is opened, the images when the first of them is asked for: whoever
/// tests never waits for the training images. They then stay in memory, 3,072 bytes each, which for
/// `extra_32x32.mat` are 1.6 GB, and for training and additional images together 1.9 GB.
public final class SvhnFile implements ImageDataset {
    private static final int SIDE = 32;
    private static final int CHANNELS = 3;
    private static final int VALUES = SIDE * SIDE * CHANNELS;
    private static final int DIGITS = 10;

    private final MatFile file;
    private final MatFile.Variable x;
    private final int[] labels;
    private final List<String> classNames;
    private byte @Nullable [] pixels; // guarded by this; as X has them

    private SvhnFile(MatFile file, MatFile.Variable x, int[] labels, List<String> classNames) {
        this.file = file;
        this.x = x;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
    }

    /// Opens a file and reads its labels.
    ///
    /// @param classNames of the digits 0 to 9
    /// @throws MalformedFileException     when it is no MATLAB file, cut or damaged
    /// @throws UnsupportedFormatException when it is a MATLAB file of version 7.3
    /// @throws DatasetException           when it has other variables, sizes or labels than SVHN
    public static SvhnFile open(Path path, List<String> classNames) throws IOException {
        MatFile file = MatFile.open(path);
        MatFile.Variable x = file.variable("X");
        MatFile.Variable y = file.variable("y");
        List<Integer> sizes = x.sizes();
        int count = sizes.getLast();
        if (!sizes.equals(List.of(SIDE, SIDE, CHANNELS, count)) || count == 0 || x.count() == Long.MAX_VALUE) {
            throw new DatasetException("%s: expected X of the sizes [32, 32, 3, N], found %s; is it \"cropped digits\"?"
                    .formatted(path, sizes));
        }
        if (y.count() != count) {
            throw new DatasetException(
                    "%s: has %,d images in X, but %,d labels in y".formatted(path, count, y.count()));
        }
        int[] labels = file.integers(y);
        for (int i = 0; i < count; i++) {
            if (labels[i] < 1 || labels[i] > DIGITS) {
                throw new DatasetException(
                        "%s: image %,d has label %d, expected 1 to 10".formatted(path, i, labels[i]));
            }
            labels[i] %= DIGITS;
        }
        return new SvhnFile(file, x, labels, classNames);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    /// @throws DatasetException when the file is damaged; told by the first image that is asked for
    @Override
    public Image image(int index) throws IOException {
        byte[] all = pixels();
        int from = index * VALUES;
        byte[] image = new byte[VALUES];
        int to = 0;
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                for (int c = 0; c < CHANNELS; c++) {
                    image[to++] = all[from + (c * SIDE + column) * SIDE + row];
                }
            }
        }
        return new Image(CHANNELS, SIDE, SIDE, image);
    }

    private synchronized byte[] pixels() throws IOException {
        if (pixels == null) {
            try {
                pixels = file.bytes(x);
            } catch (MalformedFileException damaged) {
                throw new DatasetException(
                        damaged.getMessage() + "; delete it and say --download to fetch it again", damaged);
            }
        }
        return pixels;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
