package io.densenet.bench;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Lines;
import io.densenet.cpu.kernel.Rows;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The kernels on one thread, in the shapes of DenseNet-BC with k = 12 on tiles of 64 pixels: a dense layer
/// that reads `channels` maps, its bottleneck of 48 and its 12 outputs. All that a kernel touches is in the
/// caches, as it is in the engine for most of them.
///
/// Throughput is in calls a nanosecond, so that the counters are 10⁹ floating-point operations, or bytes, a
/// second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmarks {
    private static final int ROWS = 64;
    private static final int WIDTH = 32;
    private static final int GROWTH_RATE = 12;
    private static final int BOTTLENECK = 4 * GROWTH_RATE;
    private static final int MADE = Kernels.padded(GROWTH_RATE);
    private static final int TILES = WIDTH / 4;

    /// Arithmetic of a kernel.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Operations {
        /// 10⁹ floating-point operations a second; a multiply-add is two.
        public double gigaflops;
    }

    /// What a kernel reads and writes.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Bytes {
        /// 10⁹ bytes a second.
        public double gigabytes;
    }

    /// Maps that the layer reads: of the first, a middle and the last layer of the first block, the last of
    /// the second and of the third.
    @Param({"24", "120", "204", "288", "330"})
    int channels;

    private final Kernels kernels = Kernels.best();
    private final Random random = new Random(1);
    private final int widest = Kernels.padded(340);
    private final Rows inputs = rows(ROWS, widest);
    private final Rows outputs = rows(ROWS, widest);
    private final Rows gradients = rows(ROWS, widest);
    private final Rows sent = rows(ROWS, widest);
    private final Rows bottleneck = rows(ROWS, BOTTLENECK);
    private final Rows bottleneckGradient = rows(ROWS, BOTTLENECK);
    private final Rows made = rows(ROWS, MADE);
    private final Rows lines = rows(6 * WIDTH, BOTTLENECK);
    private final Rows parts = rows(TILES, Kernels.PARTS * BOTTLENECK + Kernels.LANES);
    private final float[] work = new float[Kernels.winogradWork(TILES)];
    private final Rows weightSum = rows(widest + 8, BOTTLENECK);
    private final float[] weight = values(widest * BOTTLENECK);
    private final float[] scale = values(widest);
    private final float[] shift = values(widest);
    private final float[] sums = new float[widest];
    private final float[] squares = new float[widest];
    private final Lines tileLines = new Lines(lines.data(), lineStarts(), BOTTLENECK, WIDTH);

    /// 1×1 convolution: inputs to bottleneck.
    @Benchmark
    public float[] product(Operations counter) {
        kernels.product(ROWS, channels, inputs, weight, BOTTLENECK, bottleneck);
        counter.gigaflops += 2.0 * ROWS * channels * BOTTLENECK;
        return bottleneck.data();
    }

    /// One of the 36 products of a 3×3 convolution. Whatever the channels.
    @Benchmark
    public float[] productOfParts(Operations counter) {
        kernels.product(ROWS, BOTTLENECK, bottleneck, weight, MADE, made);
        counter.gigaflops += 2.0 * ROWS * BOTTLENECK * GROWTH_RATE;
        return made.data();
    }

    /// Weight gradient of the 1×1 convolution.
    @Benchmark
    public float[] outerProduct(Operations counter) {
        kernels.outerProduct(ROWS, channels, inputs, BOTTLENECK, bottleneckGradient, weightSum);
        counter.gigaflops += 2.0 * ROWS * channels * BOTTLENECK;
        return weightSum.data();
    }

    /// Batch norm and ReLU of what the layer reads.
    @Benchmark
    public float[] normRelu(Bytes counter) {
        kernels.normRelu(ROWS, channels, inputs, scale, shift, 0, outputs);
        counter.gigabytes += 2.0 * Float.BYTES * ROWS * channels;
        return outputs.data();
    }

    /// ReLU's backward pass with batch norm's sums, on the bottleneck. Whatever the channels.
    @Benchmark
    public float[] reluGradient(Bytes counter) {
        kernels.reluGradient(ROWS, BOTTLENECK, bottleneckGradient, bottleneck, bottleneck, shift, sums, squares);
        counter.gigabytes += 4.0 * Float.BYTES * ROWS * BOTTLENECK;
        return bottleneckGradient.data();
    }

    /// The same on what the layer reads, added to what the channels were sent.
    @Benchmark
    public float[] sendGradient(Bytes counter) {
        kernels.sendGradient(
                ROWS, channels, gradients, outputs, inputs, scale, shift, 0, false, sent, sums, squares, 0);
        counter.gigabytes += 5.0 * Float.BYTES * ROWS * channels;
        return sent.data();
    }

    /// Pixels of a line of tiles to their parts, on the bottleneck. Whatever the channels.
    @Benchmark
    public float[] winogradInput(Bytes counter) {
        kernels.winogradInput(tileLines, BOTTLENECK, parts, BOTTLENECK, work);
        counter.gigabytes += (double) Float.BYTES * BOTTLENECK * (6 * WIDTH + TILES * Kernels.PARTS);
        return parts.data();
    }

    /// Parts of a line of tiles to pixels, on the bottleneck. Whatever the channels.
    @Benchmark
    public float[] winogradOutput(Bytes counter) {
        kernels.winogradOutput(TILES, BOTTLENECK, parts, BOTTLENECK, lines, WIDTH, work);
        counter.gigabytes += (double) Float.BYTES * BOTTLENECK * (4 * WIDTH + TILES * Kernels.PARTS);
        return lines.data();
    }

    private static int[] lineStarts() {
        int[] starts = new int[6];
        Arrays.setAll(starts, i -> i * WIDTH * BOTTLENECK);
        return starts;
    }

    private Rows rows(int rows, int pitch) {
        return new Rows(values(rows * pitch + 3 * Kernels.PANEL), 0, pitch);
    }

    private float[] values(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
