package io.densenet.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/// The values of tensors as little-endian bytes, one buffer after another, so that no tensor is ever copied
/// whole.
public final class TensorBytes {
    /// Takes a buffer of bytes; what it leaves in the buffer is lost.
    public interface Sink<E extends Exception> {
        void accept(ByteBuffer bytes) throws E;
    }

    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer = newBuffer();

    /// Takes a megabyte; one instance serves any number of tensors, one after the other.
    public TensorBytes() {}

    /// A buffer of the size that reading and writing use.
    static ByteBuffer newBuffer() {
        return newBuffer(BUFFER_BYTES);
    }

    /// A buffer in the byte order of the format.
    static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Hands out the values of a tensor.
    public <E extends Exception> void feed(Tensor tensor, Sink<E> sink) throws E {
        switch (tensor) {
            case Tensor.Floats floats -> feed(floats.values(), sink);
            case Tensor.Longs longs -> feed(longs.values(), sink);
        }
    }

    private <E extends Exception> void feed(float[] values, Sink<E> sink) throws E {
        for (int from = 0; from < values.length; ) {
            FloatBuffer view = buffer.clear().asFloatBuffer();
            int count = Math.min(view.remaining(), values.length - from);
            view.put(values, from, count);
            sink.accept(buffer.limit(count * Float.BYTES));
            from += count;
        }
    }

    private <E extends Exception> void feed(long[] values, Sink<E> sink) throws E {
        for (int from = 0; from < values.length; ) {
            LongBuffer view = buffer.clear().asLongBuffer();
            int count = Math.min(view.remaining(), values.length - from);
            view.put(values, from, count);
            sink.accept(buffer.limit(count * Long.BYTES));
            from += count;
        }
    }
}
