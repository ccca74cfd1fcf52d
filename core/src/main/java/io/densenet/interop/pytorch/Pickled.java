package io.densenet.interop.pytorch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pickle can say here. These are descriptions: nothing in them is ever called.
///
/// Lists, tuples and dictionaries are compared by identity, and nothing here walks through them to any
/// depth: a pickle can make them contain themselves, or hold 2^100 leaves in a few hundred bytes.
sealed interface Pickled {
    /// Python's three singletons.
    enum Constant implements Pickled {
        NONE,
        TRUE,
        FALSE
    }

    /// An integer of 64 bits.
    record Whole(long value) implements Pickled {}

    /// A larger integer.
    record Huge(BigInteger value) implements Pickled {}

    record Real(double value) implements Pickled {}

    record Text(String value) implements Pickled {}

    /// A `tuple`, also a `torch.Size`.
    final class Tuple implements Pickled {
        private final List<Pickled> items;

        Tuple(List<Pickled> items) {
            this.items = List.copyOf(items);
        }

        List<Pickled> items() {
            return items;
        }
    }

    /// A `list`; grows while it is read.
    final class Listing implements Pickled {
        private final List<Pickled> items = new ArrayList<>();

        List<Pickled> items() {
            return items;
        }
    }

    /// A `dict`, `OrderedDict` or `defaultdict`; grows while it is read. Entries stand in the order of the
    /// file, and nobody has looked whether a key comes twice.
    final class Dict implements Pickled {
        private final List<Entry> entries = new ArrayList<>();

        List<Entry> entries() {
            return entries;
        }
    }

    record Entry(Pickled key, Pickled value) {}

    /// Where values lie in the file.
    ///
    /// @param key   PyTorch's name of it
    /// @param count of its elements
    record Storage(ElementType type, String key, long count) implements Pickled {
        /// At most 2^63 - 1; whoever makes a storage has checked that.
        long bytes() {
            return count * type.bytes();
        }
    }

    /// A tensor: a strided view of a storage, checked to lie within it.
    ///
    /// @param offset  of the first element, in elements
    /// @param count   of its elements, not more than a `long` holds
    record View(Storage storage, ElementType type, long offset, List<Long> sizes, List<Long> strides, long count)
            implements Pickled {}

    /// The name of something on the allow-list.
    record Name(Global global, String qualified, @Nullable ElementType type) implements Pickled {}

    /// A value that no state dict needs: read over.
    record Opaque(String kind) implements Pickled {}

    /// What it is, for people.
    default String describe() {
        return switch (this) {
            case Constant constant -> constant == Constant.NONE ? "None" : "a truth value";
            case Whole _, Huge _ -> "an integer";
            case Real _ -> "a number";
            case Text _ -> "a string";
            case Tuple _ -> "a tuple";
            case Listing _ -> "a list";
            case Dict _ -> "a dictionary";
            case Storage _ -> "a storage";
            case View _ -> "a tensor";
            case Name name -> name.qualified();
            case Opaque opaque -> opaque.kind();
        };
    }
}
