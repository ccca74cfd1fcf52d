package io.densenet.cpu.kernel;

import java.util.Arrays;

/// The kernels as plain loops: the definition that the fast ones must match to the bit, and what runs where the
/// module `jdk.incubator.vector` is absent.
public final class ScalarKernels implements Kernels {
    @Override
    public String description() {
        return "plain loops";
    }

    @Override
    public void product(int rows, int depth, Rows a, float[] b, int columns, Rows c) {
        float[] x = a.data();
        float[] y = c.data();
        for (int panel = 0; panel < columns; panel += PANEL) {
            int width = Math.min(PANEL, columns - panel);
            for (int r = 0; r < rows; r++) {
                int at = c.offset() + r * c.pitch() + panel;
                Arrays.fill(y, at, at + width, 0);
                for (int k = 0; k < depth; k++) {
                    float value = x[a.offset() + r * a.pitch() + k];
                    int weights = panel * depth + k * width;
                    for (int n = 0; n < width; n++) {
                        y[at + n] = Math.fma(value, b[weights + n], y[at + n]);
                    }
                }
            }
        }
    }

    @Override
    public void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < left; j++) {
                float value = a.data()[a.offset() + r * a.pitch() + j];
                int from = b.offset() + r * b.pitch();
                int to = sum.offset() + j * sum.pitch();
                for (int n = 0; n < right; n++) {
                    sum.data()[to + n] = Math.fma(value, b.data()[from + n], sum.data()[to + n]);
                }
            }
        }
    }

    @Override
    public void normRelu(int rows, int channels, Rows x, float[] scale, float[] shift, int first, Rows y) {
        for (int r = 0; r < rows; r++) {
            int from = x.offset() + r * x.pitch();
            int to = y.offset() + r * y.pitch();
            for (int c = 0; c < channels; c++) {
                float value = Math.fma(x.data()[from + c], scale[first + c], shift[first + c]);
                y.data()[to + c] = value < 0 ? 0 : value;
            }
        }
    }

    @Override
    public void shiftRelu(int rows, int channels, Rows x, float[] shift) {
        for (int r = 0; r < rows; r++) {
            int at = x.offset() + r * x.pitch();
            for (int c = 0; c < channels; c++) {
                float value = x.data()[at + c] + shift[c];
                x.data()[at + c] = value < 0 ? 0 : value;
            }
        }
    }

    @Override
    public void moments(int rows, int channels, Rows x, float[] mean, float[] squares) {
        float perRow = 1f / rows;
        for (int c = 0; c < channels; c++) {
            float sum = 0;
            for (int r = 0; r < rows; r++) {
                sum += x.data()[x.offset() + r * x.pitch() + c];
            }
            float average = sum * perRow;
            float square = 0;
            for (int r = 0; r < rows; r++) {
                float deviation = x.data()[x.offset() + r * x.pitch() + c] - average;
                square = Math.fma(deviation, deviation, square);
            }
            mean[c] = average;
            squares[c] = square;
        }
    }

    @Override
    public void sumTaps(int pixels, int channels, Rows products, int[] taps, Rows out) {
        for (int p = 0; p < pixels; p++) {
            int from = products.offset() + p * products.pitch();
            int to = out.offset() + p * out.pitch();
            for (int c = 0; c < channels; c++) {
                float sum = products.data()[from + taps[0] + c];
                for (int t = 1; t < taps.length; t++) {
                    sum += products.data()[from + taps[t] + c];
                }
                out.data()[to + c] = sum;
            }
        }
    }

    @Override
    public void windows(int pixels, int channels, float[] plane, int offset, int line, Rows out) {
        int run = 3 * channels;
        for (int p = 0; p < pixels; p++) {
            for (int y = 0; y < 3; y++) {
                System.arraycopy(
                        plane,
                        offset + y * line + p * channels,
                        out.data(),
                        out.offset() + p * out.pitch() + y * run,
                        run);
            }
        }
    }

    @Override
    public void normGradient(
            int rows,
            int channels,
            Rows g,
            Rows x,
            float[] scale,
            float[] mean,
            float[] tilt,
            float[] offset,
            int first,
            Rows out) {
        for (int r = 0; r < rows; r++) {
            int gradient = g.offset() + r * g.pitch();
            int value = x.offset() + r * x.pitch();
            int to = out.offset() + r * out.pitch();
            for (int c = 0; c < channels; c++) {
                int i = first + c;
                float rest = Math.fma(tilt[i], x.data()[value + c] - mean[i], offset[i]);
                out.data()[to + c] = Math.fma(scale[i], g.data()[gradient + c], rest);
            }
        }
    }

    @Override
    public void reluGradient(
            int rows, int channels, Rows dy, Rows y, Rows x, float[] mean, float[] sums, float[] products) {
        for (int r = 0; r < rows; r++) {
            int gradients = dy.offset() + r * dy.pitch();
            int outputs = y.offset() + r * y.pitch();
            int values = x.offset() + r * x.pitch();
            for (int c = 0; c < channels; c++) {
                float gradient = y.data()[outputs + c] > 0 ? dy.data()[gradients + c] : 0;
                dy.data()[gradients + c] = gradient;
                sums[c] += gradient;
                products[c] = Math.fma(gradient, x.data()[values + c] - mean[c], products[c]);
            }
        }
    }

    @Override
    public void sendGradient(
            int rows,
            int channels,
            Rows dy,
            Rows y,
            Rows x,
            float[] scale,
            float[] mean,
            int first,
            boolean replace,
            Rows g,
            float[] sums,
            float[] products,
            int position) {
        for (int r = 0; r < rows; r++) {
            int gradients = dy.offset() + r * dy.pitch();
            int outputs = y.offset() + r * y.pitch();
            int values = x.offset() + r * x.pitch();
            int to = g.offset() + r * g.pitch();
            for (int c = 0; c < channels; c++) {
                float gradient = y.data()[outputs + c] > 0 ? dy.data()[gradients + c] : 0;
                g.data()[to + c] = Math.fma(scale[first + c], gradient, replace ? 0 : g.data()[to + c]);
                sums[position + c] += gradient;
                float deviation = x.data()[values + c] - mean[first + c];
                products[position + c] = Math.fma(gradient, deviation, products[position + c]);
            }
        }
    }
}
