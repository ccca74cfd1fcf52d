package io.densenet.interop.keras;

import io.jhdf.api.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The layout of Keras 1 and 2, which Keras 3 still writes for names that end with `.h5`: a list of
/// layers, a group for each with a list of its weights. A network inside a network is one layer with many
/// weights, whose own layers only the names of the weights tell: `conv1/conv/kernel:0`.
final class NamedLayers {
    static final String LAYERS = "layer_names";
    private static final String WEIGHTS = "weight_names";

    /// Two names of keras-applications had a slash before Keras 3 forbade it.
    private static final Pattern WITH_SLASH = Pattern.compile("(?:^|.*/)conv1/(conv|bn)");

    /// Layer and part; TensorFlow puts `:0` behind the name of each variable.
    private static final Pattern PART = Pattern.compile("(.+)/([^/]+?)(?::\\d+)?");

    private NamedLayers() {}

    static List<Weight> of(Hdf5 hdf5, Group weights, List<String> layers) throws IOException {
        List<Weight> found = new ArrayList<>();
        for (String layer : layers) {
            Group group = hdf5.asGroup(hdf5.descendant(weights, layer));
            List<String> names = hdf5.strings(group, WEIGHTS);
            boolean single = names.stream().map(NamedLayers::owner).distinct().count() <= 1;
            for (String name : names) {
                found.add(new Weight(
                        single ? plain(layer) : owner(name), part(name), hdf5.asDataset(hdf5.descendant(group, name))));
            }
        }
        return found;
    }

    /// The layer that a weight belongs to, by its name alone.
    private static String owner(String weight) {
        Matcher matcher = PART.matcher(weight);
        return matcher.matches() ? plain(matcher.group(1)) : "";
    }

    private static String part(String weight) {
        Matcher matcher = PART.matcher(weight);
        return matcher.matches() ? matcher.group(2) : weight.replaceFirst(":\\d+$", "");
    }

    private static String plain(String layer) {
        Matcher matcher = WITH_SLASH.matcher(layer);
        return matcher.matches() ? "conv1_" + matcher.group(1) : layer.substring(layer.lastIndexOf('/') + 1);
    }
}
