package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;

/// A batch norm with running statistics: y = scale·x + shift. Arrays are padded to whole vectors with zeros.
record FoldedNorm(float[] scale, float[] shift) {
    static FoldedNorm of(NetworkState state, String name, int channels, double epsilon) {
        Norm norm = new Norm(state, name, channels);
        norm.prepareForInference(epsilon);
        return new FoldedNorm(norm.scale(), norm.shift());
    }

    /// y = relu(norm(x)) of some rows.
    void rectify(Kernels kernels, Features x, int channels, int row, int rows, Rows y) {
        x.rectify(kernels, row, rows, channels, scale, shift, y);
    }
}
