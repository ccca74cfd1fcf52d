package io.densenet.app.output;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results as JSON: records and maps in the order in which they are declared.
public final class Json {
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonMapper COMPACT = JsonMapper.builder().build();

    private Json() {}

    /// One document over several lines.
    public static String document(Object value) {
        return PRETTY.writeValueAsString(value);
    }

    /// One document on one line, for streams of results.
    public static String line(Object value) {
        return COMPACT.writeValueAsString(value);
    }
}
