package io.densenet.weights;

import io.densenet.arch.ParameterSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Parameters and running statistics of a network under torchvision's names, in PyTorch's order.
public record StateDict(SequencedMap<String, Tensor> entries) {
    public StateDict {
        entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /// The values of a float entry.
    ///
    /// @throws IllegalArgumentException when there is none
    public float[] floats(String name) {
        if (entries.get(name) instanceof Tensor.Floats tensor) {
            return tensor.values();
        }
        throw new IllegalArgumentException(name + ": expected a float tensor, found " + describe(entries.get(name)));
    }

    /// Whether this fits a network exactly: the same names, kinds and shapes.
    ///
    /// @param specs what the network needs
    /// @return one sentence for each difference, none when it fits
    public List<String> differencesFrom(List<ParameterSpec> specs) {
        List<String> differences = new ArrayList<>();
        Map<String, Tensor> unexpected = new LinkedHashMap<>(entries);
        for (ParameterSpec spec : specs) {
            Tensor found = unexpected.remove(spec.name());
            if (found == null) {
                differences.add(spec.name() + ": missing");
            } else if (!found.shape().equals(spec.shape())
                    || found instanceof Tensor.Longs != (spec.kind() == ParameterSpec.Kind.BATCHES_TRACKED)) {
                differences.add("%s: expected %s, found %s".formatted(spec.name(), spec.shape(), describe(found)));
            }
        }
        unexpected.keySet().forEach(name -> differences.add(name + ": unexpected"));
        return differences;
    }

    /// Refuses to be taken for the state of a network that it does not fit exactly.
    ///
    /// @throws IllegalArgumentException when there is a difference; it tells how many, and the first
    public void requireFit(List<ParameterSpec> specs) {
        List<String> differences = differencesFrom(specs);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("the weights are not those of this network, %d differences, first: %s"
                    .formatted(differences.size(), differences.getFirst()));
        }
    }

    /// One hash for all of it: SHA-256 in hexadecimal over names, shapes, kinds and values, in order. Two state
    /// dicts have the same hash exactly when they are the same to the bit.
    ///
    /// Each entry gives a line in UTF-8, length of the name (in UTF-16 units), name and shape, for example
    /// `17 classifier.weight [10, 342]` (integers: ` of 64-bit integers` behind it), and its values, little-endian.
    public String sha256() {
        MessageDigest digest = Digests.sha256();
        TensorBytes bytes = new TensorBytes();
        entries.forEach((name, tensor) -> {
            String head = "%d %s %s\n".formatted(name.length(), name, describe(tensor));
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            bytes.feed(tensor, digest::update);
        });
        return Digests.hex(digest);
    }

    private static String describe(@org.jspecify.annotations.Nullable Tensor tensor) {
        return switch (tensor) {
            case null -> "nothing";
            case Tensor.Floats f -> f.shape().toString();
            case Tensor.Longs l -> l.shape() + " of 64-bit integers";
        };
    }
}
