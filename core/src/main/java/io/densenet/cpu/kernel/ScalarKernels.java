package io.densenet.cpu.kernel;

import io.densenet.engine.DropoutMask;
import java.util.Arrays;

/// The kernels as plain loops: the definition that the fast ones must match to the bit, and what runs where the
/// module `jdk.incubator.vector` is absent.
public final class ScalarKernels implements Kernels {
    @Override
    public String description() {
        return "plain loops";
    }

    @Override
    public void product(int rows, int depth, Rows a, float[] b, int columns, Rows c, Ahead ahead) {
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
    public void outerProduct(int rows, int left, Rows a, int right, Rows b, Rows sum, Ahead ahead) {
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
    public void dropout(int pixels, int channels, Rows x, DropoutMask mask, long first, long stride, float[] work) {
        for (int c = 0; c < channels; c++) {
            mask.fill(first + c * stride, work, pixels);
            for (int p = 0; p < pixels; p++) {
                x.data()[x.offset() + p * x.pitch() + c] *= work[p];
            }
        }
    }

    @Override
    public void windows(int pixels, int length, float[] image, int[] at, int step, Rows out) {
        for (int p = 0; p < pixels; p++) {
            int to = out.offset() + p * out.pitch();
            for (int i = 0; i < at.length; i++) {
                System.arraycopy(image, at[i] + p * step, out.data(), to + i * length, length);
            }
        }
    }

    @Override
    public void winogradInput(Lines d, int channels, Rows v, int part, float[] work) {
        float[] square = new float[36];
        float[] t = new float[36];
        for (int tile = 0; tile < d.tiles(); tile++) {
            for (int c = 0; c < channels; c++) {
                read(6, d, 4 * tile - 1, c, square);
                for (int i = 0; i < 6; i++) {
                    input(square, i, 6, t, i, 6);
                }
                for (int i = 0; i < 6; i++) {
                    input(t, 6 * i, 1, v.data(), v.offset() + tile * v.pitch() + 6 * i * part + c, part);
                }
            }
        }
    }

    /// One channel of a square of pixels, those outside of the image zero.
    private static void read(int side, Lines lines, int column, int channel, float[] square) {
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = column + x;
                square[y * side + x] = at < 0 || at >= lines.width()
                        ? 0
                        : lines.data()[lines.starts()[y] + at * lines.pitch() + channel];
            }
        }
    }

    private static void input(float[] d, int from, int step, float[] v, int to, int vStep) {
        float d1 = d[from + step];
        float d2 = d[from + 2 * step];
        float d3 = d[from + 3 * step];
        float d4 = d[from + 4 * step];
        float even = Math.fma(-4f, d2, d4);
        float odd = Math.fma(-4f, d1, d3);
        v[to] = Math.fma(4f, d[from], Math.fma(-5f, d2, d4));
        v[to + vStep] = even + odd;
        v[to + 2 * vStep] = even - odd;
        v[to + 3 * vStep] = Math.fma(2f, d3 - d1, d4 - d2);
        v[to + 4 * vStep] = Math.fma(-2f, d3 - d1, d4 - d2);
        v[to + 5 * vStep] = Math.fma(4f, d1, Math.fma(-5f, d3, d[from + 5 * step]));
    }

    @Override
    public void winogradGradient(Lines g, int channels, Rows e, int part, float[] work) {
        float[] square = new float[16];
        float[] t = new float[24];
        for (int tile = 0; tile < g.tiles(); tile++) {
            for (int c = 0; c < channels; c++) {
                read(4, g, 4 * tile, c, square);
                for (int i = 0; i < 4; i++) {
                    gradient(square, i, 4, t, i, 4);
                }
                for (int i = 0; i < 6; i++) {
                    gradient(t, 4 * i, 1, e.data(), e.offset() + tile * e.pitch() + 6 * i * part + c, part);
                }
            }
        }
    }

    private static void gradient(float[] g, int from, int step, float[] e, int to, int eStep) {
        float g0 = g[from];
        float g1 = g[from + step];
        float g2 = g[from + 2 * step];
        float g3 = g[from + 3 * step];
        float even = Math.fma(4f, g2, g0);
        float odd = 2f * Math.fma(4f, g3, g1);
        e[to] = g0;
        e[to + eStep] = (g0 + g2) + (g1 + g3);
        e[to + 2 * eStep] = (g0 + g2) - (g1 + g3);
        e[to + 3 * eStep] = even + odd;
        e[to + 4 * eStep] = even - odd;
        e[to + 5 * eStep] = g3;
    }

    @Override
    public void winogradOutput(int tiles, int channels, Rows m, int part, Rows y, int below, float[] work) {
        float[] t = new float[24];
        for (int tile = 0; tile < tiles; tile++) {
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < 6; i++) {
                    output(m.data(), m.offset() + tile * m.pitch() + i * part + c, 6 * part, t, i, 6);
                }
                for (int line = 0; line < 4; line++) {
                    int to = y.offset() + (4 * tile + line * below) * y.pitch() + c;
                    output(t, 6 * line, 1, y.data(), to, y.pitch());
                }
            }
        }
    }

    private static void output(float[] m, int from, int step, float[] y, int to, int yStep) {
        float p = m[from + step] + m[from + 2 * step];
        float q = m[from + step] - m[from + 2 * step];
        float r = m[from + 3 * step] + m[from + 4 * step];
        float s = m[from + 3 * step] - m[from + 4 * step];
        y[to] = (m[from] + p) + r;
        y[to + yStep] = Math.fma(2f, s, q);
        y[to + 2 * yStep] = Math.fma(4f, r, p);
        y[to + 3 * yStep] = Math.fma(8f, s, q) + m[from + 5 * step];
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
