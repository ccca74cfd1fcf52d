package io.densenet.cpu.kernel;

/// A matrix inside an array: row r starts at `offset + r * pitch`. A row is a pixel (or a channel, for
/// weights), its columns lie behind one another.
///
/// Kernels work on whole groups of [Kernels#LANES] columns: the array must reach that far beyond the last
/// column of the last row, and what stands there is overwritten or ignored.
///
/// @param data   holds it, and more
/// @param offset where its first row starts
/// @param pitch  from one row to the next, at least its columns
public record Rows(float[] data, int offset, int pitch) {
    /// The rows from `first` on.
    public Rows from(int first) {
        return new Rows(data, offset + first * pitch, pitch);
    }

    /// The same rows, from column `first` on.
    public Rows column(int first) {
        return new Rows(data, offset + first, pitch);
    }
}
