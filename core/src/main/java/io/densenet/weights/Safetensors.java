package io.densenet.weights;

import io.densenet.error.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes safetensors files (Hugging Face): eight bytes with the length of a JSON header, the header,
/// and the values of all tensors, little-endian and gapless.
///
/// The reader trusts nothing: a file that breaks a rule of the format is refused before anything of the size
/// that it claims is allocated, and reading takes about as much memory as the file (twice as much where 16-bit
/// floats are widened). F32, F64, F16 and BF16 become [Tensor.Floats], I64 becomes [Tensor.Longs]; the other
/// types are unsupported.
///
/// The writer puts two SHA-256 into the metadata: of the values, as [#CHECKSUM_KEY], and of the rest of the
/// header, as [#HEADER_CHECKSUM_KEY]. Where the reader finds one of them it demands and compares both.
public final class Safetensors {
    /// The entry of `__metadata__` that holds the SHA-256 of the data section in hexadecimal. This project's
    /// own convention; other readers pass it over.
    public static final String CHECKSUM_KEY = "sha256.data";

    /// The entry of `__metadata__` that holds the SHA-256 of the other metadata, the checksum of the data among
    /// them, and of the names, types, shapes and places of all tensors.
    public static final String HEADER_CHECKSUM_KEY = "sha256.header";

    /// As [#CHECKSUM_KEY], in files that were written before there was a checksum of the header.
    private static final String OLD_CHECKSUM_KEY = "sha256";

    /// What a file holds.
    ///
    /// @param metadata the strings of `__metadata__`, in the order of the file
    /// @param tensors  in the order of the header, which is the order in which they were given to the writer
    public record Contents(SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors) {
        public Contents {
            metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
            tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
        }
    }

    private static final JsonFactory JSON = new JsonFactory();

    private Safetensors() {}

    /// Reads a whole file once, and verifies its checksums where it has them.
    ///
    /// @throws MalformedFileException when the file breaks the format's rules, or differs from its checksums
    /// @throws io.densenet.error.UnsupportedFormatException when it holds a type of number that is not read
    ///     here
    /// @throws IOException            when the file cannot be read
    public static Contents read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SafetensorsHeader header = readHeader(file, channel);
            String old = header.metadata().get(OLD_CHECKSUM_KEY);
            String checksum = header.metadata().getOrDefault(CHECKSUM_KEY, old);
            DataSection data = new DataSection(file, channel, header.dataOffset(), checksum != null);
            Map<String, Tensor> read = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entriesByOffset()) {
                read.put(entry.name(), data.read(entry));
            }
            if (checksum != null) {
                data.requireChecksum(checksum);
            }
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                tensors.put(entry.name(), read.get(entry.name()));
            }
            return new Contents(header.metadata(), tensors);
        }
    }

    /// Reads and checks the header only, whatever the size of the file: cheap, but damaged values go unnoticed.
    ///
    /// @throws MalformedFileException when the header or the length of the file breaks the format's rules,
    ///     or the header differs from its checksum
    /// @throws IOException            when the file cannot be read
    public static SequencedMap<String, String> readMetadata(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return readHeader(file, channel).metadata();
        }
    }

    /// Writes a file: the header lists the tensors in the given order, and is padded with spaces so that the
    /// data begin at a multiple of eight. The data of 64-bit tensors come before those of 32-bit ones, so that
    /// every value is aligned for readers which map the file into memory.
    ///
    /// Making sure that the file is whole and on the disk (temporary name, force, rename) is the caller's part.
    ///
    /// @param metadata any strings; the two checksums are set here, whatever they were
    /// @throws IllegalArgumentException when a name is `__metadata__` or not expressible in UTF-8, or the
    ///     header is larger than the format allows
    public static void write(
            WritableByteChannel out, SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors)
            throws IOException {
        List<Tensor> inDataOrder = inDataOrder(tensors);
        TensorBytes bytes = new TensorBytes();
        MessageDigest digest = Digests.sha256();
        for (Tensor tensor : inDataOrder) {
            bytes.feed(tensor, digest::update);
        }
        SequencedMap<String, String> withChecksums = new LinkedHashMap<>(metadata);
        withChecksums.remove(OLD_CHECKSUM_KEY);
        withChecksums.put(CHECKSUM_KEY, Digests.hex(digest));
        SafetensorsHeader header = new SafetensorsHeader(withChecksums, entries(tensors), 0);
        withChecksums.put(HEADER_CHECKSUM_KEY, header.sha256());
        writeFully(out, json(header));
        for (Tensor tensor : inDataOrder) {
            bytes.feed(tensor, chunk -> writeFully(out, chunk));
        }
    }

    private static SafetensorsHeader readHeader(Path file, FileChannel channel) throws IOException {
        long fileLength = channel.size();
        DataSection start = new DataSection(file, channel, 0, false);
        if (fileLength < SafetensorsHeader.LENGTH_BYTES) {
            throw new MalformedFileException(
                    file, "expected the length of a header in 8 bytes, found only %d bytes".formatted(fileLength));
        }
        long length = start.next(SafetensorsHeader.LENGTH_BYTES).getLong();
        long most = Math.min(SafetensorsHeader.MAXIMUM_BYTES, fileLength - SafetensorsHeader.LENGTH_BYTES);
        if (length < 0 || length > most) {
            throw new MalformedFileException(
                    file,
                    0,
                    "the header claims %s bytes, expected at most %,d; is it a safetensors file?"
                            .formatted(Long.toUnsignedString(length), most));
        }
        byte[] bytes = new byte[(int) length];
        for (int from = 0; from < bytes.length; ) {
            ByteBuffer chunk = start.next(bytes.length - from);
            int count = chunk.remaining();
            chunk.get(bytes, from, count);
            from += count;
        }
        SafetensorsHeader header = HeaderParser.parse(file, bytes);
        header.requireSoundLayout(file, fileLength);
        header.requireChecksum(file);
        return header;
    }

    /// 64-bit tensors first, otherwise as given.
    private static List<Tensor> inDataOrder(SequencedMap<String, Tensor> tensors) {
        List<Tensor> ordered = new ArrayList<>();
        tensors.values().stream().filter(Tensor.Longs.class::isInstance).forEach(ordered::add);
        tensors.values().stream().filter(Tensor.Floats.class::isInstance).forEach(ordered::add);
        return ordered;
    }

    /// Where each tensor will lie.
    private static List<SafetensorsHeader.Entry> entries(SequencedMap<String, Tensor> tensors) {
        long nextLong = 0;
        long nextFloat = tensors.values().stream()
                .filter(Tensor.Longs.class::isInstance)
                .mapToLong(Safetensors::bytes)
                .sum();
        List<SafetensorsHeader.Entry> entries = new ArrayList<>();
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            String name = requireEncodable(named.getKey());
            if (name.equals(SafetensorsHeader.METADATA_KEY)) {
                throw new IllegalArgumentException("no tensor may be named " + SafetensorsHeader.METADATA_KEY);
            }
            Tensor tensor = named.getValue();
            switch (tensor) {
                case Tensor.Longs _ -> {
                    entries.add(entry(name, DataType.I64, tensor, nextLong));
                    nextLong += bytes(tensor);
                }
                case Tensor.Floats _ -> {
                    entries.add(entry(name, DataType.F32, tensor, nextFloat));
                    nextFloat += bytes(tensor);
                }
            }
        }
        return entries;
    }

    private static SafetensorsHeader.Entry entry(String name, DataType type, Tensor tensor, long begin) {
        List<Long> shape = tensor.shape().stream().map(Integer::longValue).toList();
        return new SafetensorsHeader.Entry(name, type, shape, begin, begin + bytes(tensor));
    }

    /// The header with its length before it.
    private static ByteBuffer json(SafetensorsHeader header) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
            generator.writeStartObject();
            generator.writeName(SafetensorsHeader.METADATA_KEY);
            generator.writeStartObject();
            header.metadata().forEach((key, value) -> {
                generator.writeName(requireEncodable(key));
                generator.writeString(requireEncodable(value));
            });
            generator.writeEndObject();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                writeEntry(generator, entry);
            }
            generator.writeEndObject();
        }
        while (json.size() % Long.BYTES != 0) {
            json.write(' ');
        }
        if (json.size() > SafetensorsHeader.MAXIMUM_BYTES) {
            throw new IllegalArgumentException("names and metadata take %,d bytes, a safetensors header at most %,d"
                    .formatted(json.size(), SafetensorsHeader.MAXIMUM_BYTES));
        }
        return TensorBytes.newBuffer(SafetensorsHeader.LENGTH_BYTES + json.size())
                .putLong(json.size())
                .put(json.toByteArray())
                .flip();
    }

    private static void writeEntry(JsonGenerator generator, SafetensorsHeader.Entry entry) {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        generator.writeName(entry.name());
        generator.writeStartObject();
        generator.writeName("dtype");
        generator.writeString(entry.type().name());
        generator.writeName("shape");
        generator.writeArray(shape, 0, shape.length);
        generator.writeName("data_offsets");
        generator.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
        generator.writeEndObject();
    }

    private static long bytes(Tensor tensor) {
        return switch (tensor) {
            case Tensor.Floats floats -> (long) Float.BYTES * floats.values().length;
            case Tensor.Longs longs -> (long) Long.BYTES * longs.values().length;
        };
    }

    private static String requireEncodable(String string) {
        if (!HeaderParser.isEncodable(string)) {
            throw new IllegalArgumentException(
                    "'%s' holds half of a surrogate pair".formatted(HeaderParser.printable(string)));
        }
        return string;
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
