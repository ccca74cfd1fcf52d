package io.densenet.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads the JSON header of a safetensors file token by token. The header comes from a stranger: whatever is
/// not exactly what the format asks for is refused, and nothing is built whose size the file's length does not
/// bound.
final class HeaderParser {
    /// More than any network has; keeps a header of a hundred megabytes from becoming gigabytes of objects.
    private static final int MAXIMUM_ENTRIES = 100_000;

    private static final int MAXIMUM_RANK = 32;
    private static final int MAXIMUM_PRINTED = 100;

    /// Root object, tensor, list of numbers.
    private static final int NESTING = 3;

    /// Digits of the largest unsigned 64-bit integer.
    private static final int DIGITS = 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING)
                    .maxNumberLength(DIGITS)
                    .maxNameLength(SafetensorsHeader.MAXIMUM_BYTES)
                    .maxStringLength(SafetensorsHeader.MAXIMUM_BYTES)
                    .build())
            .build();

    private final Path file;
    private final byte[] bytes;
    private final JsonParser json;

    private HeaderParser(Path file, byte[] bytes, JsonParser json) {
        this.file = file;
        this.bytes = bytes;
        this.json = json;
    }

    /// @param bytes the header alone, without its length
    static SafetensorsHeader parse(Path file, byte[] bytes) throws IOException {
        if (bytes.length == 0 || bytes[0] != '{') {
            throw new MalformedFileException(
                    file, SafetensorsHeader.LENGTH_BYTES, "the header must begin with '{'; is it a safetensors file?");
        }
        Reader text = new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder());
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new HeaderParser(file, bytes, json).header();
        } catch (JacksonException e) {
            String reason = e.getCause() instanceof CharacterCodingException
                    ? "the header is not UTF-8"
                    : "the header is not sound JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse("");
            throw new MalformedFileException(file, offset(bytes, e.getLocation()), reason);
        }
    }

    /// A name from a file, fit to be shown: on one line and not endless.
    static String printable(String name) {
        String shown = name.length() <= MAXIMUM_PRINTED ? name : name.substring(0, MAXIMUM_PRINTED) + "…";
        return shown.replaceAll("\\p{Cntrl}", "�");
    }

    /// Whether a string can be written as UTF-8: not when half of a surrogate pair stands alone.
    static boolean isEncodable(String string) {
        return UTF_8.newEncoder().canEncode(string);
    }

    private SafetensorsHeader header() throws IOException {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        List<SafetensorsHeader.Entry> entries = new ArrayList<>();
        json.nextToken();
        for (String name = nextName(); name != null; name = nextName()) {
            if (entries.size() == MAXIMUM_ENTRIES) {
                throw new UnsupportedFormatException(file, "more than %,d tensors".formatted(MAXIMUM_ENTRIES));
            }
            if (name.equals(SafetensorsHeader.METADATA_KEY)) {
                metadata = metadata();
            } else {
                entries.add(entry(name));
            }
        }
        if (json.nextToken() != null) {
            throw malformed("nothing but spaces may follow the header's closing brace");
        }
        return new SafetensorsHeader(
                metadata, List.copyOf(entries), SafetensorsHeader.LENGTH_BYTES + (long) bytes.length);
    }

    private SequencedMap<String, String> metadata() throws IOException {
        require(json.nextToken() == JsonToken.START_OBJECT, "__metadata__ must be an object");
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        for (String key = nextName(); key != null; key = nextName()) {
            if (metadata.size() == MAXIMUM_ENTRIES) {
                throw new UnsupportedFormatException(file, "more than %,d metadata".formatted(MAXIMUM_ENTRIES));
            }
            metadata.put(key, string("__metadata__." + printable(key)));
        }
        return metadata;
    }

    private SafetensorsHeader.Entry entry(String name) throws IOException {
        String shown = printable(name);
        require(json.nextToken() == JsonToken.START_OBJECT, "%s: expected an object".formatted(shown));
        DataType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        for (String key = nextName(); key != null; key = nextName()) {
            switch (key) {
                case "dtype" -> type = dataType(shown);
                case "shape" -> shape = integers(shown + ": shape", MAXIMUM_RANK);
                case "data_offsets" -> offsets = integers(shown + ": data_offsets", 2);
                default -> throw malformed("%s: unknown key '%s'".formatted(shown, printable(key)));
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw malformed("%s: needs dtype, shape and data_offsets".formatted(shown));
        }
        require(
                offsets.size() == 2 && offsets.getFirst() <= offsets.getLast(),
                "%s: data_offsets must be [begin, end] with begin <= end, were %s".formatted(shown, offsets));
        return new SafetensorsHeader.Entry(name, type, shape, offsets.getFirst(), offsets.getLast());
    }

    private DataType dataType(String tensor) throws IOException {
        String name = string(tensor + ": dtype");
        for (DataType type : DataType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw malformed("%s: unknown dtype '%s'".formatted(tensor, printable(name)));
    }

    private List<Long> integers(String what, int most) throws IOException {
        require(json.nextToken() == JsonToken.START_ARRAY, "%s must be a list of integers".formatted(what));
        List<Long> integers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(
                    json.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && !json.getString().startsWith("-"),
                    "%s must hold only non-negative integers".formatted(what));
            require(
                    json.getNumberType() != JsonParser.NumberType.BIG_INTEGER,
                    "%s: %s is larger than any file".formatted(what, json.getString()));
            if (integers.size() == most) {
                throw new UnsupportedFormatException(file, "%s has more than %d numbers".formatted(what, most));
            }
            integers.add(json.getLongValue());
        }
        return List.copyOf(integers);
    }

    private String string(String what) throws IOException {
        require(json.nextToken() == JsonToken.VALUE_STRING, "%s must be a string".formatted(what));
        String value = json.getString();
        require(isEncodable(value), "%s holds half of a surrogate pair".formatted(what));
        return value;
    }

    /// The next name in this object, or null behind the last one.
    private @Nullable String nextName() throws IOException {
        String name = json.nextName();
        if (name != null) {
            require(isEncodable(name), "a name holds half of a surrogate pair");
        }
        return name;
    }

    private void require(boolean condition, String reason) throws IOException {
        if (!condition) {
            throw malformed(reason);
        }
    }

    private MalformedFileException malformed(String reason) {
        return new MalformedFileException(file, offset(bytes, json.currentTokenLocation()), reason);
    }

    /// Bytes from the start of the file to a place in the header, which the parser counts in UTF-16 characters.
    private static long offset(byte[] bytes, @Nullable TokenStreamLocation location) {
        long characters = location == null ? 0 : location.getCharOffset();
        int offset = 0;
        while (offset < bytes.length && (characters > 0 || isContinuation(bytes[offset]))) {
            characters -= isContinuation(bytes[offset]) ? 0 : charactersFrom(bytes[offset]);
            offset++;
        }
        return SafetensorsHeader.LENGTH_BYTES + (long) offset;
    }

    private static boolean isContinuation(byte utf8) {
        return (utf8 & 0xC0) == 0x80;
    }

    /// Two for the first byte of a sequence of four, which becomes a surrogate pair.
    private static int charactersFrom(byte utf8) {
        return (utf8 & 0xF8) == 0xF0 ? 2 : 1;
    }
}
