package io.densenet.interop;

import java.util.ArrayList;
import java.util.List;

/// What became of the tensors of a foreign file.
///
/// @param scheme     who named them
/// @param prefix     what stood before all names of the network
/// @param matched    tensors that the network has taken
/// @param renamed    `theirs → ours` where more than the scheme's rules was needed
/// @param counters   of batches seen by a batch norm, which old files lack; 0 was put in, nothing reads them
/// @param missing    what the network needs and the file does not have, under our names
/// @param unexpected what the file has and the network does not need, under their names
/// @param misshapen  `name: expected shape, found shape`
public record LoadReport(
        NamingScheme scheme,
        String prefix,
        int matched,
        List<String> renamed,
        int counters,
        List<String> missing,
        List<String> unexpected,
        List<String> misshapen) {
    private static final int SHOWN = 5;

    public LoadReport {
        renamed = List.copyOf(renamed);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        misshapen = List.copyOf(misshapen);
    }

    /// Whether the network has all that it needs, and nothing was left over.
    public boolean isComplete() {
        return missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty();
    }

    /// One sentence for each thing that is to be said, the first the sum; long lists are cut.
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add("names as in %s%s: %,d tensors matched, %d missing, %d unexpected, %d of another shape"
                .formatted(
                        scheme,
                        prefix.isEmpty() ? "" : " behind '" + prefix + "'",
                        matched,
                        missing.size(),
                        unexpected.size(),
                        misshapen.size()));
        add(sentences, "taken for", renamed);
        if (counters > 0) {
            sentences.add("%d counters of batches (num_batches_tracked) are not in the file and start at 0"
                    .formatted(counters));
        }
        add(sentences, "missing", missing);
        add(sentences, "unexpected", unexpected);
        add(sentences, "of another shape", misshapen);
        return sentences;
    }

    private static void add(List<String> sentences, String what, List<String> names) {
        if (!names.isEmpty()) {
            List<String> shown = names.subList(0, Math.min(SHOWN, names.size()));
            String more = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
            sentences.add(what + ": " + String.join(", ", shown) + more);
        }
    }
}
