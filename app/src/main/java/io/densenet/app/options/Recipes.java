package io.densenet.app.options;

import io.densenet.arch.baseline.Baselines;
import io.densenet.data.NamedDataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Options that suit a data set, for those who do not say otherwise: the files in the resource folder
/// `recipes`, one for each named data set that needs one, and `folder.yaml` for folders of pictures. Those of
/// SVHN and ImageNet are the paper's, the same files as in `configs`. CIFAR needs none: the built-in defaults
/// are the paper's.
public final class Recipes {
    private Recipes() {}

    /// The recipe of a data set for a network. Its dropout is that of DenseNets; other networks have their own.
    ///
    /// @param model name of the network, empty for the one of the recipe
    public static OptionLayers.Layer of(String data, String model) throws IOException {
        OptionLayers.Layer recipe = of(data, Path.of(""));
        return Baselines.isNamed(model) ? recipe.without(Set.of("dropout")) : recipe;
    }

    /// What suits training that begins with trained weights, whatever the data.
    public static OptionLayers.Layer fineTuning() throws IOException {
        return resource("fine-tuning");
    }

    /// The recipe of a data set; empty when it has none. As in [io.densenet.data.Datasets#open], a known name is
    /// that data set even where a folder is called the same.
    ///
    /// @param workingFolder where `data` is looked for when it is a folder
    static OptionLayers.Layer of(String data, Path workingFolder) throws IOException {
        boolean isFolder = NamedDataset.of(data).isEmpty() && Files.isDirectory(workingFolder.resolve(data));
        return resource(isFolder ? "folder" : data);
    }

    private static OptionLayers.Layer resource(String recipe) throws IOException {
        String name = "recipes/" + recipe + ".yaml";
        try (InputStream stream = Recipes.class.getResourceAsStream(name)) {
            return stream == null ? new OptionLayers.Layer(name, Map.of()) : OptionLayers.yaml(stream, name);
        }
    }
}
