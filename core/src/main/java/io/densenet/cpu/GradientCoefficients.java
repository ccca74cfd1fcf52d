package io.densenet.cpu;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;

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

    /// Writes the gradient of some rows.
    ///
    /// @param first where the channels begin in the coefficients
    void apply(Kernels kernels, int rows, int channels, Rows g, Rows x, int first, Rows out) {
        kernels.normGradient(rows, channels, g, x, scale, mean, tilt, offset, first, out);
    }
}
