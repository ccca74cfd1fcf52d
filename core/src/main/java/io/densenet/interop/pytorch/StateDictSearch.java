package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the state dict in what a file holds: it is the dictionary of tensors that stands under a name of
/// [#WRAPPERS], or that is all there is.
///
/// @param wrapper    the name under which it was found, `outer.inner` for one in another; null when it is
///                   all
/// @param views      the tensors, by name, in the order of the file
/// @param passedOver the names of everything else
record StateDictSearch(@Nullable String wrapper, SequencedMap<String, Pickled.View> views, List<String> passedOver) {
    /// In this order; training scripts use the first ones most.
    static final List<String> WRAPPERS = List.of(
            "state_dict",
            "model_state_dict",
            "model",
            "net",
            "network",
            "module",
            "params",
            "weights",
            "state_dict_ema",
            "model_ema",
            "params_ema",
            "ema",
            "checkpoint");

    static StateDictSearch in(Path file, Pickled object) throws IOException {
        if (!(object instanceof Pickled.Dict dict)) {
            throw new UnsupportedFormatException(
                    file, "holds %s, expected a state dict; save model.state_dict()".formatted(object.describe()));
        }
        List<String> passedOver = new ArrayList<>();
        StringBuilder wrapper = new StringBuilder();
        Pickled.Dict found = dict;
        for (int level = 0; level < 2; level++) { // one wrapper may stand in another
            requireUnique(file, found);
            Optional<Pickled.Entry> inner = wrapped(found);
            if (inner.isEmpty()) {
                break;
            }
            String prefix = wrapper.isEmpty() ? "" : wrapper + ".";
            found.entries().stream()
                    .filter(entry -> !entry.key().equals(inner.get().key()))
                    .forEach(entry -> passedOver.add(prefix + name(entry.key())));
            wrapper.append(prefix.isEmpty() ? "" : ".").append(name(inner.get().key()));
            found = (Pickled.Dict) inner.get().value();
        }
        String name = wrapper.isEmpty() ? null : wrapper.toString();
        return of(file, found, name, passedOver);
    }

    private static StateDictSearch of(Path file, Pickled.Dict dict, @Nullable String wrapper, List<String> passedOver)
            throws IOException {
        String prefix = wrapper == null ? "" : wrapper + ".";
        requireUnique(file, dict);
        SequencedMap<String, Pickled.View> views = new LinkedHashMap<>();
        for (Pickled.Entry entry : dict.entries()) {
            if (entry.key() instanceof Pickled.Text(String name) && entry.value() instanceof Pickled.View view) {
                views.put(name, view);
            } else {
                passedOver.add(prefix + name(entry.key()));
            }
        }
        if (views.isEmpty()) {
            throw new UnsupportedFormatException(
                    file,
                    "holds no dictionary of tensors, neither by itself nor as one of %s; its keys are %s"
                            .formatted(String.join(", ", WRAPPERS), keys(passedOver)));
        }
        return new StateDictSearch(wrapper, views, List.copyOf(passedOver));
    }

    /// Python would take the last of two; PyTorch never writes them.
    private static void requireUnique(Path file, Pickled.Dict dict) throws IOException {
        Set<String> seen = new HashSet<>();
        for (Pickled.Entry entry : dict.entries()) {
            if (entry.key() instanceof Pickled.Text(String name) && !seen.add(name)) {
                throw new MalformedFileException(file, "the key %s comes twice".formatted(Input.printable(name)));
            }
        }
    }

    /// The entry that holds the state dict, or a wrapper of it.
    private static Optional<Pickled.Entry> wrapped(Pickled.Dict dict) {
        for (String wrapper : WRAPPERS) {
            Pickled.Text key = new Pickled.Text(wrapper);
            for (Pickled.Entry entry : dict.entries()) {
                if (entry.key().equals(key)
                        && entry.value() instanceof Pickled.Dict inner
                        && (holdsTensors(inner) || holdsWrapper(inner))) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holdsWrapper(Pickled.Dict dict) {
        return dict.entries().stream()
                .anyMatch(entry -> entry.key() instanceof Pickled.Text(String name)
                        && WRAPPERS.contains(name)
                        && entry.value() instanceof Pickled.Dict inner
                        && holdsTensors(inner));
    }

    private static boolean holdsTensors(Pickled.Dict dict) {
        return dict.entries().stream()
                .anyMatch(entry -> entry.key() instanceof Pickled.Text && entry.value() instanceof Pickled.View);
    }

    private static String name(Pickled key) {
        return switch (key) {
            case Pickled.Text(String text) -> text;
            case Pickled.Whole(long number) -> Long.toString(number);
            case Pickled other -> other.describe();
        };
    }

    private static String keys(List<String> names) {
        String all = names.isEmpty() ? "none" : String.join(", ", names.subList(0, Math.min(names.size(), 10)));
        return Input.printable(all);
    }
}
