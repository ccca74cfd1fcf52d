package io.densenet.bench;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.Rows;
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
    private static final int TAPS = 9 * GROWTH_RATE;
    private static final int TAPS_PITCH = Kernels.padded(TAPS);

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
    private final Rows products = rows(ROWS, TAPS_PITCH);
    private final Rows windows = rows(ROWS, TAPS_PITCH);
    private final Rows made = rows(ROWS, Kernels.padded(GROWTH_RATE));
    private final Rows weightSum = rows(widest + 8, TAPS_PITCH);
    private final float[] weight = values((widest + TAPS_PITCH) * TAPS_PITCH);
    private final float[] plane = values((WIDTH + 2) * 5 * GROWTH_RATE + 3 * Kernels.LANES);
    private final float[] scale = values(widest);
    private final float[] shift = values(widest);
    private final float[] sums = new float[widest];
    private final float[] squares = new float[widest];
    private final int[] taps = taps();

    /// 1×1 convolution: inputs to bottleneck.
    @Benchmark
    public float[] product(Operations counter) {
        kernels.product(ROWS, channels, inputs, weight, BOTTLENECK, bottleneck);
        counter.gigaflops += 2.0 * ROWS * channels * BOTTLENECK;
        return bottleneck.data();
    }

    /// 3×3 convolution forwards: bottleneck to the parts of nine neighbours. Whatever the channels.
    @Benchmark
    public float[] productOfTaps(Operations counter) {
        kernels.product(ROWS, BOTTLENECK, bottleneck, weight, TAPS_PITCH, products);
        counter.gigaflops += 2.0 * ROWS * BOTTLENECK * TAPS;
        return products.data();
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

    /// The sum of nine parts that ends a 3×3 convolution, of one line. Whatever the channels.
    @Benchmark
    public float[] sumTaps(Bytes counter) {
        kernels.sumTaps(WIDTH - 2, GROWTH_RATE, products.from(1), taps, made);
        counter.gigabytes += 10.0 * Float.BYTES * (WIDTH - 2) * GROWTH_RATE;
        return made.data();
    }

    /// The windows that a 3×3 convolution's backward pass reads, of one line. Whatever the channels.
    @Benchmark
    public float[] windows(Bytes counter) {
        kernels.windows(WIDTH, GROWTH_RATE, plane, 0, (WIDTH + 2) * GROWTH_RATE, windows);
        counter.gigabytes += 2.0 * Float.BYTES * WIDTH * TAPS;
        return windows.data();
    }

    /// Parts of the left and right neighbours; those above and below are taken from the same line, which is
    /// as far away.
    private static int[] taps() {
        int[] taps = new int[9];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = (1 - t % 3) * TAPS_PITCH + t * GROWTH_RATE;
        }
        return taps;
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
