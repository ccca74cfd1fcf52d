package io.densenet.cpu;

/// A batch norm with running statistics: y = scale·x + shift. Arrays are padded to whole vectors with zeros.
record FoldedNorm(float[] scale, float[] shift) {
    static FoldedNorm of(NetworkState state, String name, int channels, double epsilon) {
        Norm norm = new Norm(state, name, channels);
        norm.prepareForInference(epsilon);
        return new FoldedNorm(norm.scale(), norm.shift());
    }
}
