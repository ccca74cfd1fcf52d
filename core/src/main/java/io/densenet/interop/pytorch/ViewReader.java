package io.densenet.interop.pytorch;

import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/// Copies the values of a tensor out of its storage, whatever its strides, so that the last index varies
/// fastest.
final class ViewReader {
    /// Largest array that every Java virtual machine can make.
    private static final long MAXIMUM_ELEMENTS = Integer.MAX_VALUE - 8;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Pickled.View view;
    private final MemorySegment data;

    private ViewReader(Pickled.View view, MemorySegment data) {
        this.view = view;
        this.data = data;
    }

    /// @param name of the tensor, for messages
    /// @param data the bytes of the view's storage
    static Tensor read(Path file, String name, Pickled.View view, MemorySegment data) throws IOException {
        requireReadable(file, name, view);
        List<Integer> shape = view.sizes().stream().map(Math::toIntExact).toList();
        ViewReader reader = new ViewReader(view, data);
        return switch (view.type()) {
            case FLOAT32, FLOAT16, BFLOAT16, FLOAT64 -> new Tensor.Floats(shape, reader.floats());
            case INT64, INT32, INT16, INT8, UINT8, BOOL, UINT16, UINT32 -> new Tensor.Longs(shape, reader.longs());
            case COMPLEX64, COMPLEX128, BYTES, UINT64, COMPLEX32 -> throw unread(file, name, view);
            case FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2, FLOAT8_E5M2FNUZ -> throw unread(file, name, view);
        };
    }

    private static UnsupportedFormatException unread(Path file, String name, Pickled.View view) {
        return new UnsupportedFormatException(
                file,
                "%s holds %s; float32, float16, bfloat16, float64, bool and integers are read"
                        .formatted(Input.printable(name), view.type().dtype()));
    }

    private static void requireReadable(Path file, String name, Pickled.View view) throws IOException {
        if (view.count() > MAXIMUM_ELEMENTS || view.sizes().stream().anyMatch(size -> size > Integer.MAX_VALUE)) {
            throw new UnsupportedFormatException(
                    file,
                    "%s has the sizes %s, more than a Java array holds".formatted(Input.printable(name), view.sizes()));
        }
    }

    private float[] floats() {
        float[] values = new float[(int) view.count()];
        if (view.type() == ElementType.FLOAT32 && isContiguous()) {
            MemorySegment.copy(data, FLOAT, view.offset() * Float.BYTES, values, 0, values.length);
        } else {
            visit((index, at) -> values[index] = floatAt(at));
        }
        return values;
    }

    private long[] longs() {
        long[] values = new long[(int) view.count()];
        visit((index, at) -> values[index] = longAt(at));
        return values;
    }

    private float floatAt(long at) {
        return switch (view.type()) {
            case FLOAT32 -> data.get(FLOAT, at);
            case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, at));
            case BFLOAT16 -> Float.intBitsToFloat(data.get(SHORT, at) << Short.SIZE);
            default -> (float) data.get(DOUBLE, at);
        };
    }

    private long longAt(long at) {
        return switch (view.type()) {
            case INT64 -> data.get(LONG, at);
            case INT32 -> data.get(INT, at);
            case INT16 -> data.get(SHORT, at);
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, at);
            case UINT8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, at));
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
            case UINT16 -> Short.toUnsignedLong(data.get(SHORT, at));
            default -> Integer.toUnsignedLong(data.get(INT, at));
        };
    }

    private boolean isContiguous() {
        long expected = 1;
        for (int i = view.sizes().size() - 1; i >= 0; i--) {
            if (view.sizes().get(i) != 1 && view.strides().get(i) != expected) {
                return view.count() == 0;
            }
            expected *= view.sizes().get(i);
        }
        return true;
    }

    private interface Place {
        void accept(int index, long at);
    }

    /// Goes through the elements, last index fastest.
    ///
    /// @param place takes the number of an element and where in the storage it begins, in bytes
    private void visit(Place place) {
        int rank = view.sizes().size();
        long[] sizes = view.sizes().stream().mapToLong(Long::longValue).toArray();
        long[] steps = view.strides().stream()
                .mapToLong(stride -> stride * view.type().bytes())
                .toArray();
        long[] indexes = new long[rank];
        long at = view.offset() * view.type().bytes();
        for (int index = 0; index < view.count(); index++) {
            place.accept(index, at);
            for (int i = rank - 1; i >= 0; i--) {
                at += steps[i];
                if (++indexes[i] < sizes[i]) {
                    break;
                }
                at -= steps[i] * sizes[i];
                indexes[i] = 0;
            }
        }
    }
}
