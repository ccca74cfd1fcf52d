package io.densenet.model;

import io.densenet.arch.Cost;
import io.densenet.arch.DenseNetConfig;
import io.densenet.data.ChannelOrder;
import io.densenet.data.Fit;
import io.densenet.data.Preprocessing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is known of a network besides its description, for the model card of a [HubFolder]: the `README.md` that
/// the Hugging Face Hub shows, with the YAML block in front by which it sorts.
///
/// What nobody but a person knows, licence and purpose, is marked with TODO.
///
/// @param datasets of the training, by their names on the Hub; empty when nobody knows
/// @param training what it was trained with and what it reached, for a table; empty when nobody knows
public record ModelCard(List<String> datasets, SequencedMap<String, String> training) {
    private static final int CLASSES_SHOWN = 100;

    public ModelCard {
        datasets = List.copyOf(datasets);
        training = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(training));
    }

    /// The card of a network of which only the description is known.
    public static ModelCard unknown() {
        return new ModelCard(List.of(), new LinkedHashMap<>());
    }

    String text(ModelDescription description) {
        return String.join(
                "\n",
                frontMatter(description),
                head(description),
                use(description),
                images(description.preprocessing()),
                classes(description.classNames()),
                training.isEmpty() ? "" : "## Training\n\n| | |\n|---|---|\n" + rows(training));
    }

    private String frontMatter(ModelDescription description) {
        List<String> lines = new ArrayList<>();
        lines.add("---");
        lines.add("# license: TODO, for example apache-2.0 (huggingface.co/docs/hub/repositories-licenses)");
        lines.add("library_name: " + (isForTimm(description) ? "timm" : "densenet"));
        lines.add("pipeline_tag: image-classification");
        lines.add("tags:");
        lines.add("- image-classification");
        if (description.architecture() instanceof DenseNetConfig) {
            lines.add("- densenet");
        }
        if (!datasets.isEmpty()) {
            lines.add("datasets:");
            datasets.forEach(dataset -> lines.add("- " + dataset));
        }
        lines.add("metrics:");
        lines.add("- accuracy");
        lines.add("---\n");
        return String.join("\n", lines);
    }

    private static String head(ModelDescription description) {
        return """
                # %s

                %s with %,d parameters, as in [Densely Connected Convolutional Networks](https://arxiv.org/abs/1608.06993).
                %s

                TODO: what it is for, what it is not for, and under which licence it may be used.
                """.formatted(
                        description.name(),
                        description.architecture().variant(),
                        Cost.of(description.graph()).parameters(),
                        doing(description));
    }

    private static String doing(ModelDescription description) {
        String doing = switch (description.task()) {
            case SINGLE_LABEL -> "It tells %,d classes apart in images of %s.";
            case MULTI_LABEL ->
                "It finds %,d classes in images of %s, of which an image may have several or none: the sigmoid of each\n"
                        + "logit is the probability of its class.";
        };
        return doing.formatted(description.classNames().size(), description.inputShape());
    }

    private static String use(ModelDescription description) {
        String here = """
                ## Use

                With DenseNet for the JVM, where FOLDER is this one:

                ```sh
                densenet predict FOLDER IMAGE
                ```
                """;
        String elsewhere = isForTimm(description)
                ? """

                With timm; from the Hub it is `hf-hub:USER/NAME`:

                ```python
                import timm
                from PIL import Image

                model = timm.create_model("local-dir:FOLDER", pretrained=True).eval()
                config = timm.data.resolve_data_config({}, model=model)
                transform = timm.data.create_transform(**config)
                logits = model(transform(Image.open("IMAGE").convert("%s")).unsqueeze(0))
                ```
                """.formatted(description.preprocessing().channels() == 1 ? "L" : "RGB")
                : """

                timm and torchvision do not build this network. For a module of your own that does:

                ```python
                from safetensors.torch import load_file

                model.load_state_dict(load_file("model.safetensors"))
                ```

                The tensors of DenseNets are named as torchvision names them.
                """;
        return here + elsewhere;
    }

    private static boolean isForTimm(ModelDescription description) {
        return HubConfig.timmName(description).isPresent();
    }

    private static String images(Preprocessing preprocessing) {
        String fit = switch (preprocessing.fit()) {
            case Fit.Stretch stretch -> "stretched, " + ModelDescriptionJson.name(stretch.interpolation());
            case Fit.Square square ->
                "the largest square in the middle, scaled, " + ModelDescriptionJson.name(square.interpolation());
            case Fit.ShortSide side ->
                "scaled to a short side of %d pixels, %s, then the centre"
                        .formatted(side.pixels(), ModelDescriptionJson.name(side.interpolation()));
        };
        SequencedMap<String, String> table = new LinkedHashMap<>();
        table.put(
                "channels × height × width",
                "%d × %d × %d".formatted(preprocessing.channels(), preprocessing.height(), preprocessing.width()));
        table.put("images of another size", fit);
        table.put("values", "level / 255, minus mean, divided by deviation");
        table.put("mean", preprocessing.normalization().mean().toString());
        table.put("deviation", preprocessing.normalization().deviation().toString());
        if (preprocessing.order() == ChannelOrder.BGR) {
            table.put("order of colours", "blue, green, red");
        }
        return "## Images\n\n| | |\n|---|---|\n" + rows(table);
    }

    private static String classes(List<String> names) {
        if (names.size() > CLASSES_SHOWN) {
            return "## Classes\n\n%,d; their names are in `config.json`, under `label_names`.\n"
                    .formatted(names.size());
        }
        return IntStream.range(0, names.size())
                .mapToObj(number -> "%d %s\n".formatted(number, names.get(number)))
                .collect(Collectors.joining("", "## Classes\n\n```text\n", "```\n"));
    }

    private static String rows(SequencedMap<String, String> table) {
        return table.entrySet().stream()
                .map(row ->
                        "| %s | %s |\n".formatted(row.getKey(), row.getValue().replace("|", "\\|")))
                .collect(Collectors.joining());
    }
}
