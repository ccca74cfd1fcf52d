package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;

/// Per channel: gradient = scale·g + tilt·(x − mean) + offset, see [Kernels#normGradient].
record GradientCoefficients(float[] scale, float[] mean, float[] tilt, float[] offset) {
    GradientCoefficients(int channels) {
        this(
                new float[Kernels.padded(channels)],
                new float[Kernels.padded(channels)],
                new float[Kernels.padded(channels)],
                new float[Kernels.padded(channels)]);
    }

    void set(int channel, double scale, double mean, double tilt, double offset) {
        this.scale[channel] = (float) scale;
        this.mean[channel] = (float) mean;
        this.tilt[channel] = (float) tilt;
        this.offset[channel] = (float) offset;
    }
}
