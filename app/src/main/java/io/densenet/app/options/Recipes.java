package io.densenet.app.options;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// Options that suit a data set, for those who do not say otherwise: the files in the resource folder
/// `recipes`, one for each named data set that needs one, and `folder.yaml` for folders of pictures. CIFAR
/// needs none: the built-in defaults are the paper's.
public final class Recipes {
    private Recipes() {}

    /// The recipe of a data set; empty when it has none.
    ///
    /// @param isFolder whether `data` is a folder and not a name
    public static Map<String, String> of(String data, boolean isFolder) throws IOException {
        String name = "recipes/" + (isFolder ? "folder" : data) + ".yaml";
        try (InputStream stream = Recipes.class.getResourceAsStream(name)) {
            return stream == null ? Map.of() : OptionLayers.yaml(stream, name);
        }
    }
}
