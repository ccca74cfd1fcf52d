package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The container of PyTorch since 1.6: a zip archive, without compression, whose entries lie in one folder
/// that may have any name.
///
///     archive/data.pkl     the pickle of the object
///     archive/byteorder    `little` or `big`; little where it is missing
///     archive/data/KEY     the bytes of a storage
///     archive/version      and others of no interest
final class ZipContainer implements Container {
    private static final String OBJECT = "/data.pkl";

    private final ZipDirectory directory;
    private final String folder;
    private final Pickled object;
    private final Set<String> verified = new HashSet<>();

    private ZipContainer(ZipDirectory directory, String folder, Pickled object) {
        this.directory = directory;
        this.folder = folder;
        this.object = object;
    }

    static ZipContainer open(Path file, MemorySegment bytes) throws IOException {
        ZipDirectory directory = ZipDirectory.read(file, bytes);
        String folder = folder(file, directory);
        if (directory.entries().containsKey(folder + "/constants.pkl")) {
            throw new UnsupportedFormatException(
                    file,
                    "is a TorchScript program; save its weights:"
                            + " torch.save(torch.jit.load(FILE).state_dict(), \"weights.pth\")");
        }
        requireLittleEndian(file, directory, folder + "/byteorder");
        ZipDirectory.Entry pickle = directory.entry(folder + OBJECT);
        directory.requireChecksum(pickle);
        Input in = new Input(file, bytes, pickle.begin(), pickle.end(), ByteOrder.LITTLE_ENDIAN);
        TensorRebuilder rebuilder = new TensorRebuilder();
        Pickled object = Unpickler.load(in, rebuilder);
        if (in.remaining() > 0) {
            throw in.malformed(in.position(), "%,d bytes follow the pickle".formatted(in.remaining()));
        }
        for (Pickled.Storage storage : rebuilder.storages().values()) {
            ZipDirectory.Entry entry = directory.entry(folder + "/data/" + storage.key());
            if (entry.size() != storage.bytes()) {
                throw in.malformed(
                        entry.begin(),
                        "storage %s has %,d bytes, %,d elements of %s take %,d"
                                .formatted(
                                        Input.printable(storage.key()),
                                        entry.size(),
                                        storage.count(),
                                        storage.type(),
                                        storage.bytes()));
            }
        }
        return new ZipContainer(directory, folder, object);
    }

    private static String folder(Path file, ZipDirectory directory) throws IOException {
        List<String> found = directory.entries().keySet().stream()
                .filter(name -> name.endsWith(OBJECT) && name.indexOf('/') == name.length() - OBJECT.length())
                .toList();
        if (found.size() != 1) {
            throw new MalformedFileException(
                    file,
                    "expected one entry FOLDER/data.pkl, found %d in a zip archive of %,d; is it a file that torch.save wrote?"
                            .formatted(found.size(), directory.entries().size()));
        }
        return found.getFirst().substring(0, found.getFirst().length() - OBJECT.length());
    }

    private static void requireLittleEndian(Path file, ZipDirectory directory, String name) throws IOException {
        if (!directory.entries().containsKey(name)) {
            return;
        }
        ZipDirectory.Entry entry = directory.entry(name);
        String order = entry.size() > "little".length()
                ? ""
                : new String(directory.data(entry).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
        switch (order) {
            case "little" -> {}
            case "big" ->
                throw new UnsupportedFormatException(
                        file, "was written on a big-endian machine; save it anew on a little-endian one");
            default ->
                throw new MalformedFileException(file, entry.begin(), "expected little or big as the byte order");
        }
    }

    @Override
    public Pickled object() {
        return object;
    }

    @Override
    public MemorySegment data(Pickled.Storage storage) throws IOException {
        ZipDirectory.Entry entry = directory.entry(folder + "/data/" + storage.key());
        if (verified.add(storage.key())) { // tensors may share it
            directory.requireChecksum(entry);
        }
        return directory.data(entry);
    }
}
