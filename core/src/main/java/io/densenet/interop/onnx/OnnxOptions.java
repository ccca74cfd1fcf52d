package io.densenet.interop.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What an ONNX file says besides the network, and for which images.
///
/// @param name            of the network, for viewers
/// @param producerVersion of the program that writes
/// @param anySize         whether height and width are left open, as the number of images always is;
///                        otherwise they are those of the graph
/// @param metadata        for whoever uses the file: `metadata_props`
public record OnnxOptions(String name, String producerVersion, boolean anySize, SequencedMap<String, String> metadata) {
    public OnnxOptions {
        metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
    }

    /// Images of the graph's size, and no metadata.
    public OnnxOptions(String name, String producerVersion) {
        this(name, producerVersion, false, new LinkedHashMap<>());
    }
}
