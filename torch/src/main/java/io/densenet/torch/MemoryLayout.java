package io.densenet.torch;

/// Order of a feature map's values in libtorch's memory. Results are the same up to rounding; only speed
/// differs, which [LayoutTable] knows.
public enum MemoryLayout {
    /// N × C × H × W, each channel in one piece.
    CONTIGUOUS("contiguous"),
    /// N × H × W × C, all channels of a pixel side by side.
    CHANNELS_LAST("channels last");

    private final String label;

    MemoryLayout(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
