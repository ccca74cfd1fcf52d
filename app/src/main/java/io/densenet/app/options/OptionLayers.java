package io.densenet.app.options;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Option values from several places, of which the first that says something wins: the command line, a
/// configuration file, the recipe of the data set, the built-in defaults.
///
/// A layer is a map from option names without dashes (`batch-size`) to what would be typed behind them. YAML
/// files are such maps, and so is the `args.yaml` of a run folder, which makes a run repeatable with `-c`.
public final class OptionLayers {
    /// What one place says.
    ///
    /// @param source what to call it in messages: a file; empty for what was typed
    /// @param values by option name, as they would be typed
    public record Layer(String source, Map<String, String> values) {
        /// The same, but about some options it says nothing.
        public Layer without(Set<String> names) {
            Map<String, String> rest = new LinkedHashMap<>(values);
            rest.keySet().removeAll(names);
            return new Layer(source, rest);
        }
    }

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private OptionLayers() {}

    /// What was typed, and nothing else.
    public static Layer typed(ParseResult parsed) {
        Map<String, String> values = new LinkedHashMap<>();
        for (OptionSpec option : parsed.matchedOptions()) {
            values.put(name(option), String.join(",", option.originalStringValues()));
        }
        for (PositionalParamSpec positional : parsed.matchedPositionals()) {
            values.put(name(positional), String.join(",", positional.originalStringValues()));
        }
        return new Layer("", values);
    }

    /// A YAML file of options.
    ///
    /// @throws CommandFailure when it is not a map of values
    public static Layer yaml(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return yaml(stream, file.toString());
        }
    }

    /// YAML from a stream; `name` is for messages.
    static Layer yaml(InputStream stream, String name) {
        JsonNode root;
        try {
            root = YAML.readTree(stream);
        } catch (JacksonException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s%s: not YAML: %s"
                            .formatted(
                                    name,
                                    e.getLocation() == null
                                            ? ""
                                            : ", line " + e.getLocation().getLineNr(),
                                    String.valueOf(e.getOriginalMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")));
        }
        if (root == null || root.isMissingNode() || root.isNull()) {
            return new Layer(name, Map.of());
        }
        if (!root.isObject()) {
            throw new CommandFailure(
                    ExitCode.USAGE, name + ": expected lines such as 'batch-size: 64', found something else");
        }
        Map<String, String> values = new LinkedHashMap<>();
        root.properties().forEach(entry -> values.put(entry.getKey(), text(name, entry.getKey(), entry.getValue())));
        return new Layer(name, values);
    }

    private static String text(String file, String key, JsonNode value) {
        if (value.isArray()) {
            return value.valueStream().map(v -> text(file, key, v)).collect(Collectors.joining(","));
        }
        if (!value.isValueNode() || value.isNull()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "%s: %s: expected a value or a list, found %s".formatted(file, key, value));
        }
        return value.asString();
    }

    /// Fills an object that carries picocli's annotations from the layers, first layer first. What was typed may hold
    /// options of the command that are none of the object's.
    ///
    /// @throws CommandFailure when a file has a name that is no option, or a value does not fit
    public static <T> T fill(T options, List<Layer> layers) {
        CommandLine commandLine = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        List<String> known =
                arguments(commandLine.getCommandSpec()).map(OptionLayers::name).toList();
        for (Layer layer : layers) {
            for (String key : layer.values().keySet()) {
                if (!known.contains(key) && !layer.source().isEmpty()) {
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "%s: no option is called '%s'; there are %s"
                                    .formatted(
                                            layer.source(),
                                            key,
                                            String.join(
                                                    ", ",
                                                    known.stream().sorted().toList())));
                }
            }
        }
        commandLine.setDefaultValueProvider(argument -> first(layers, argument)
                .map(layer -> layer.values().get(name(argument)))
                .orElse(null));
        try {
            commandLine.parseArgs();
        } catch (CommandLine.ParameterException e) {
            String source = Optional.ofNullable(e.getArgSpec())
                    .flatMap(argument -> first(layers, argument))
                    .map(Layer::source)
                    .orElse("");
            throw new CommandFailure(
                    ExitCode.USAGE, (source.isEmpty() ? "" : source + ": ") + ExceptionHandler.line(e));
        }
        return options;
    }

    /// The first layer that says something about an option.
    private static Optional<Layer> first(List<Layer> layers, ArgSpec argument) {
        return layers.stream()
                .filter(layer -> layer.values().containsKey(name(argument)))
                .findFirst();
    }

    /// All values of a filled object by name, as [#yaml(Path)] reads them; options without a value and empty
    /// lists, which nobody can type, are left out.
    static SequencedMap<String, Object> values(Object options) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        // picocli reads the initial values of fields, which are here what the layers made of them
        arguments(CommandSpec.forAnnotatedObject(options)).forEach(argument -> {
            Object value = argument.getValue();
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            if (value instanceof List<?> list) {
                value = list.isEmpty()
                        ? null
                        : list.stream().map(String::valueOf).collect(Collectors.joining(","));
            }
            if (value instanceof Enum<?> choice) {
                value = choice.toString().toLowerCase(Locale.ROOT);
            }
            if (value != null) {
                values.put(
                        name(argument), value instanceof Number || value instanceof Boolean ? value : value.toString());
            }
        });
        return values;
    }

    /// The values as a YAML document.
    public static String document(Object options) {
        return YAML.writeValueAsString(values(options));
    }

    private static Stream<ArgSpec> arguments(CommandSpec spec) {
        return Stream.concat(spec.positionalParameters().stream(), spec.options().stream());
    }

    private static String name(ArgSpec argument) {
        return switch (argument) {
            case OptionSpec option -> option.longestName().replaceFirst("^-+", "");
            case ArgSpec positional -> positional.paramLabel().toLowerCase(Locale.ROOT);
        };
    }
}
