package io.densenet.interop.pytorch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Understands the calls and the references to storages in PyTorch's pickles, and remembers which storages
/// there were.
final class TensorRebuilder {
    /// As PyTorch's own limit.
    private static final int MAXIMUM_RANK = 64;

    private static final int STORAGE_ARGUMENTS = 4;

    private final SequencedMap<String, Pickled.Storage> storages = new LinkedHashMap<>();

    /// The storages that were mentioned, by their keys.
    SequencedMap<String, Pickled.Storage> storages() {
        return Collections.unmodifiableSequencedMap(storages);
    }

    /// What `('storage', class, key, place, count)` refers to; the legacy container has a sixth item, None
    /// unless the storage is a part of another one.
    Pickled storage(Input in, long at, Pickled reference) throws IOException {
        if (!(reference instanceof Pickled.Tuple tuple
                && tuple.items().size() >= STORAGE_ARGUMENTS + 1
                && tuple.items().size() <= STORAGE_ARGUMENTS + 2
                && tuple.items().get(0).equals(new Pickled.Text("storage"))
                && tuple.items().get(1) instanceof Pickled.Name type
                && type.type() != null
                && type.global() == Global.STORAGE
                && tuple.items().get(2) instanceof Pickled.Text(String key)
                && tuple.items().get(STORAGE_ARGUMENTS) instanceof Pickled.Whole(long count))) {
            throw in.malformed(at, "expected a reference to a storage: its class, key, place and length");
        }
        if (tuple.items().getLast() != Pickled.Constant.NONE && tuple.items().size() > STORAGE_ARGUMENTS + 1) {
            throw in.unsupported("storage %s is a part of another one, which is not read; save the weights anew"
                    .formatted(Input.printable(key)));
        }
        if (count < 0 || count > Long.MAX_VALUE / type.type().bytes()) {
            throw in.malformed(at, "storage %s has %,d elements".formatted(Input.printable(key), count));
        }
        Pickled.Storage storage = new Pickled.Storage(type.type(), key, count);
        Pickled.Storage before = storages.putIfAbsent(key, storage);
        if (before != null && !before.equals(storage)) {
            throw in.malformed(
                    at,
                    "storage %s is %,d of %s here, was %,d of %s"
                            .formatted(Input.printable(key), count, storage.type(), before.count(), before.type()));
        }
        return storage;
    }

    /// What a call gives.
    Pickled call(Input in, long at, Pickled.Name function, List<Pickled> arguments) throws IOException {
        return switch (function.global()) {
            case DICTIONARY -> dictionary(in, at, arguments);
            case SIZE -> requireArgument(in, at, arguments, 0, Pickled.Tuple.class);
            case REBUILD_TENSOR -> {
                requireNoMetadata(in, arguments, 6);
                yield view(in, at, arguments, null);
            }
            case REBUILD_TENSOR_OF_TYPE -> {
                requireNoMetadata(in, arguments, 7);
                yield view(
                        in,
                        at,
                        arguments,
                        requireArgument(in, at, arguments, 6, Pickled.Name.class)
                                .type());
            }
            case REBUILD_PARAMETER -> requireArgument(in, at, arguments, 0, Pickled.View.class);
            case REBUILD_FROM_TYPE -> {
                Pickled.Name inner = requireArgument(in, at, arguments, 0, Pickled.Name.class);
                if (inner.global() == Global.REBUILD_FROM_TYPE) {
                    throw in.malformed(at, function.qualified() + " calls itself");
                }
                yield call(
                        in,
                        at,
                        inner,
                        requireArgument(in, at, arguments, 2, Pickled.Tuple.class)
                                .items());
            }
            case PLAIN -> new Pickled.Opaque(function.qualified());
            case STORAGE, DTYPE -> throw in.malformed(at, "calls " + function.qualified());
        };
    }

    /// Python 2 hands the pairs of an `OrderedDict` to it, Python 3 sets them as items.
    private static Pickled dictionary(Input in, long at, List<Pickled> arguments) throws IOException {
        Pickled.Dict dict = new Pickled.Dict();
        if (!arguments.isEmpty() && arguments.getFirst() instanceof Pickled.Listing pairs) {
            for (Pickled pair : pairs.items()) {
                if (!(pair instanceof Pickled.Listing two && two.items().size() == 2)) {
                    throw in.malformed(at, "expected the pairs of a dictionary, found " + pair.describe());
                }
                dict.entries()
                        .add(new Pickled.Entry(two.items().get(0), two.items().get(1)));
            }
        }
        return dict;
    }

    /// PyTorch's seventh argument says, where there is one, that values are to be negated or conjugated
    /// when read.
    private static void requireNoMetadata(Input in, List<Pickled> arguments, int index) throws IOException {
        if (arguments.size() <= index
                || arguments.get(index) == Pickled.Constant.NONE
                || (arguments.get(index) instanceof Pickled.Dict dict
                        && dict.entries().isEmpty())) {
            return;
        }
        throw in.unsupported("holds a tensor that PyTorch negates or conjugates as it reads it; save a copy of it,"
                + " made with .resolve_neg().resolve_conj()");
    }

    private static Pickled.View view(Input in, long at, List<Pickled> arguments, @Nullable ElementType given)
            throws IOException {
        Pickled.Storage storage = requireArgument(in, at, arguments, 0, Pickled.Storage.class);
        long offset = requireArgument(in, at, arguments, 1, Pickled.Whole.class).value();
        List<Long> sizes = naturals(in, at, requireArgument(in, at, arguments, 2, Pickled.Tuple.class));
        List<Long> strides = naturals(in, at, requireArgument(in, at, arguments, 3, Pickled.Tuple.class));
        if (sizes.size() != strides.size()) {
            throw in.malformed(at, "a tensor of the sizes %s has the strides %s".formatted(sizes, strides));
        }
        ElementType type = given == null ? storage.type() : given;
        try {
            long count = sizes.stream().reduce(1L, Math::multiplyExact);
            long end = offset; // of the last element
            for (int i = 0; i < sizes.size(); i++) {
                end = Math.addExact(end, Math.multiplyExact(Math.max(0, sizes.get(i) - 1), strides.get(i)));
            }
            long bytes = Math.multiplyExact(count == 0 ? offset : Math.addExact(end, 1), type.bytes());
            if (offset < 0 || bytes > storage.bytes()) {
                throw in.malformed(
                        at,
                        "a tensor of sizes %s, strides %s and offset %,d needs %,d bytes, its storage %s has %,d"
                                .formatted(
                                        sizes,
                                        strides,
                                        offset,
                                        bytes,
                                        Input.printable(storage.key()),
                                        storage.bytes()));
            }
            return new Pickled.View(storage, type, offset, sizes, strides, count);
        } catch (ArithmeticException e) {
            throw in.malformed(
                    at, "a tensor of sizes %s and strides %s is larger than any file".formatted(sizes, strides));
        }
    }

    private static List<Long> naturals(Input in, long at, Pickled.Tuple tuple) throws IOException {
        if (tuple.items().size() > MAXIMUM_RANK) {
            throw in.malformed(
                    at, "a tensor of %,d dimensions".formatted(tuple.items().size()));
        }
        List<Long> numbers = new ArrayList<>();
        for (Pickled item : tuple.items()) {
            if (!(item instanceof Pickled.Whole(long value) && value >= 0)) {
                throw in.malformed(at, "expected sizes and strides of 0 or more, found " + item.describe());
            }
            numbers.add(value);
        }
        return List.copyOf(numbers);
    }

    private static <T extends Pickled> T requireArgument(
            Input in, long at, List<Pickled> arguments, int index, Class<T> kind) throws IOException {
        if (index >= arguments.size() || !kind.isInstance(arguments.get(index))) {
            throw in.malformed(
                    at,
                    "argument %d of a call: expected a %s, found %s"
                            .formatted(
                                    index + 1,
                                    kind.getSimpleName().toLowerCase(Locale.ROOT),
                                    index < arguments.size()
                                            ? arguments.get(index).describe()
                                            : "none"));
        }
        return kind.cast(arguments.get(index));
    }
}
