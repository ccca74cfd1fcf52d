package io.densenet.interop.pytorch;

import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The container of PyTorch before 1.6, which it still writes when asked
/// (`_use_new_zipfile_serialization=False`): five pickles, then the storages.
///
///     pickle     a magic number
///     pickle     1001, the version of the protocol
///     pickle     {'little_endian': True, …}, of the machine that wrote it
///     pickle     the object
///     pickle     the keys of its storages, a list of strings
///     storage    8 bytes with the number of elements, the elements; in the order of the keys
final class LegacyContainer implements Container {
    private static final Pickled MAGIC = new Pickled.Huge(new BigInteger("1950a86a20f9469cfc6c", 16));
    private static final Pickled VERSION = new Pickled.Whole(1001);

    private final MemorySegment bytes;
    private final Pickled object;
    private final Map<String, Long> offsets;

    private LegacyContainer(MemorySegment bytes, Pickled object, Map<String, Long> offsets) {
        this.bytes = bytes;
        this.object = object;
        this.offsets = offsets;
    }

    static LegacyContainer open(Path file, MemorySegment bytes) throws IOException {
        Input in = new Input(file, bytes, 0, bytes.byteSize(), ByteOrder.LITTLE_ENDIAN);
        TensorRebuilder rebuilder = new TensorRebuilder();
        Pickled magic = Unpickler.load(in, rebuilder);
        if (!magic.equals(MAGIC)) {
            throw new UnsupportedFormatException(
                    file,
                    "is a pickle, but none that torch.save wrote: it begins with %s, expected PyTorch's magic number"
                            .formatted(magic.describe()));
        }
        long at = in.position();
        if (!Unpickler.load(in, rebuilder).equals(VERSION)) {
            throw in.malformed(at, "expected version 1001 of PyTorch's legacy container");
        }
        requireLittleEndian(in, Unpickler.load(in, rebuilder));
        Pickled object = Unpickler.load(in, rebuilder);
        return new LegacyContainer(bytes, object, storages(in, rebuilder));
    }

    private static void requireLittleEndian(Input in, Pickled system) throws IOException {
        Pickled.Text key = new Pickled.Text("little_endian");
        if (!(system instanceof Pickled.Dict dict)
                || dict.entries().stream().noneMatch(entry -> entry.key().equals(key))) {
            throw in.malformed(in.position(), "expected a dictionary with the byte order");
        }
        if (!dict.entries().contains(new Pickled.Entry(key, Pickled.Constant.TRUE))) {
            throw in.unsupported("was written on a big-endian machine; save it anew on a little-endian one");
        }
    }

    /// Where each storage begins. Nothing may follow the last one, and none may be missing.
    private static Map<String, Long> storages(Input in, TensorRebuilder rebuilder) throws IOException {
        long at = in.position();
        if (!(Unpickler.load(in, rebuilder) instanceof Pickled.Listing keys)) {
            throw in.malformed(at, "expected the list of the storages' keys");
        }
        Map<String, Long> offsets = new HashMap<>();
        for (Pickled item : keys.items()) {
            at = in.position();
            if (!(item instanceof Pickled.Text(String key))
                    || !rebuilder.storages().containsKey(key)) {
                throw in.malformed(at, "the list of storages names one that the object does not mention");
            }
            Pickled.Storage storage = rebuilder.storages().get(key);
            long count = in.signedLong();
            if (count != storage.count()) {
                throw in.malformed(
                        at,
                        "storage %s has %,d elements here, %,d in the object"
                                .formatted(Input.printable(key), count, storage.count()));
            }
            if (offsets.put(key, in.position()) != null) {
                throw in.malformed(at, "storage %s comes twice".formatted(Input.printable(key)));
            }
            in.skip(storage.bytes());
        }
        for (String key : rebuilder.storages().keySet()) {
            if (!offsets.containsKey(key)) {
                throw in.malformed(in.position(), "storage %s is missing".formatted(Input.printable(key)));
            }
        }
        if (in.remaining() > 0) {
            throw in.malformed(in.position(), "%,d bytes follow the last storage".formatted(in.remaining()));
        }
        return offsets;
    }

    @Override
    public Pickled object() {
        return object;
    }

    @Override
    public MemorySegment data(Pickled.Storage storage) {
        long offset = Objects.requireNonNull(offsets.get(storage.key()), "every storage has its place");
        return bytes.asSlice(offset, storage.bytes());
    }
}
