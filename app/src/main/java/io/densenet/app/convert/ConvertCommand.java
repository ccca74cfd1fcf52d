package io.densenet.app.convert;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.arch.BatchNorm;
import io.densenet.arch.Cost;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.data.ImageNetClasses;
import io.densenet.data.Preprocessing;
import io.densenet.data.PreprocessingPreset;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.WeightFiles;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.Safetensors;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `densenet convert`: makes a file of weights that every command here reads out of one that another program
/// has saved, or one for PyTorch out of ours.
@Command(
        name = "convert",
        description = "Makes weights of other programs usable here, and ours usable in PyTorch.",
        footer = {
            "",
            "WEIGHTS may be a .pth of PyTorch (a state dict, also wrapped), or safetensors, with the names of",
            "torchvision (of today and of 2017), timm, torchxrayvision, gpleiss, andreasveit or bamos; or a .h5 or",
            ".keras of Keras, with those of keras-applications. Which network it is shows from the shapes. Nothing",
            "in the file is executed. Features without a classifier need --classes, get a new one, and need training.",
            "",
            "Examples:",
            "  densenet convert densenet121-a639ec97.pth densenet121.safetensors",
            "  densenet convert densenet121_notop.h5 start.safetensors --classes flowers.txt",
            "  densenet convert chest.pth chest.safetensors --preprocessing torchxrayvision --classes findings.txt",
            "  densenet convert runs/train/weights/best.safetensors best.pth",
        })
public final class ConvertCommand implements Callable<Integer> {
    private static final int PHOTOGRAPH = 224;
    private static final int SMALL = 32;
    private static final String SAFETENSORS = ".safetensors";
    private static final List<String> PYTORCH = List.of(".pth", ".pt");

    @Parameters(index = "0", paramLabel = "WEIGHTS", description = "A file of weights, ours or another program's.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path source;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "File to write: .safetensors for this program, .pth or .pt for PyTorch.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path target;

    @Option(
            names = "--preprocessing",
            paramLabel = "NAME",
            description = "What was done to images in training: torchvision, timm, keras or torchxrayvision (default:"
                    + " keras for files of Keras, else torchvision for colour and torchxrayvision for grey images of 224"
                    + " pixels).")
    private Optional<String> preprocessing = Optional.empty();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Names of the classes, one a line, in their order (default: ImageNet's for 1000 classes of an"
                    + " ImageNet network, else their numbers).")
    private Optional<Path> classes = Optional.empty();

    @Option(names = "--force", description = "Replace OUT when it exists.")
    private boolean force;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    /// What picocli calls.
    public ConvertCommand() {}

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        requireTarget();
        ModelFile model = read();
        if (hasSuffix(PYTORCH)) {
            PyTorchFile.write(target, model.state().entries());
            warnOfEpsilon(model.description());
        } else {
            model.write(target);
        }
        output.console().status(target.toString());
        output.out().println(json ? Json.document(document(model, target)) : text(model.description()));
        output.out().flush();
        return ExitCode.DONE.code();
    }

    /// A state dict has no room for it.
    private void warnOfEpsilon(ModelDescription description) {
        if (description.architecture() instanceof DenseNetConfig config
                && config.batchNorm().epsilon() != BatchNorm.STANDARD.epsilon()) {
            output.console()
                    .status("its norms have an epsilon of %s, PyTorch's %s: set eps of each BatchNorm2d there"
                            .formatted(config.batchNorm().epsilon(), BatchNorm.STANDARD.epsilon()));
        }
    }

    private void requireTarget() {
        if (!hasSuffix(PYTORCH) && !hasSuffix(List.of(SAFETENSORS))) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "%s: expected a name that ends with .safetensors, .pth or .pt, to know what to write"
                            .formatted(target));
        }
        if (Files.exists(target) && !force) {
            throw new CommandFailure(ExitCode.USAGE, target + ": exists already; --force replaces it");
        }
    }

    private boolean hasSuffix(List<String> suffixes) {
        String name = target.toString().toLowerCase(Locale.ROOT);
        return suffixes.stream().anyMatch(name::endsWith);
    }

    private ModelFile read() throws IOException {
        try {
            WeightFiles.Format format = WeightFiles.format(source);
            if (format == WeightFiles.Format.SAFETENSORS) {
                Safetensors.Contents contents = Safetensors.read(source);
                if (contents.metadata().containsKey(ModelFile.DESCRIPTION_KEY)) {
                    ModelFile ours = ModelFile.from(source, contents);
                    return new ModelFile(changed(ours.description()), ours.state());
                }
            }
            Optional<List<String>> names = typedNames();
            ImportedWeights imported = WeightFiles.read(
                    source, names.map(List::size).map(OptionalInt::of).orElseGet(OptionalInt::empty));
            imported.report().sentences().forEach(output.console()::status);
            if (imported.hasNewClassifier()) {
                output.console().status("there was no classifier; a new one is in its place and must be trained");
            }
            return new ModelFile(description(imported.config(), format, names), imported.state());
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.USAGE, source + ": expected a file of weights, found nothing");
        }
    }

    /// A description of ours, with what was typed in place of what it says.
    private ModelDescription changed(ModelDescription description) throws IOException {
        List<String> names = typedNames()
                .map(typed -> requireCount(typed, description.architecture().numClasses()))
                .orElse(description.classNames());
        Preprocessing prepared = preprocessing.isPresent()
                ? CommandFailure.usage(
                        () -> preset().preprocessing(description.preprocessing().height()))
                : description.preprocessing();
        return CommandFailure.usage(
                () -> new ModelDescription(description.name(), description.architecture(), prepared, names));
    }

    private ModelDescription description(
            DenseNetConfig config, WeightFiles.Format format, Optional<List<String>> typed) {
        List<String> names =
                typed.map(all -> requireCount(all, config.numClasses())).orElseGet(() -> customaryNames(config));
        String name = DenseNets.nameOf(config).orElse("densenet");
        return CommandFailure.usage(() -> new ModelDescription(name, config, preset(config, format), names));
    }

    /// Nearly all networks of the ImageNet family with 1000 classes tell apart those of ImageNet.
    private static List<String> customaryNames(DenseNetConfig config) {
        return config.isForImageNet() && config.numClasses() == ImageNetClasses.COUNT
                ? ImageNetClasses.names()
                : IntStream.range(0, config.numClasses())
                        .mapToObj(String::valueOf)
                        .toList();
    }

    /// Weights do not say how images were prepared. For networks of the paper's ImageNet family there is a
    /// custom; for others it must be said.
    private Preprocessing preset(DenseNetConfig config, WeightFiles.Format format) {
        if (preprocessing.isPresent()) {
            return preset().preprocessing(config.isForImageNet() ? PHOTOGRAPH : SMALL);
        }
        if (config.isForImageNet() && config.inputChannels() == 3) {
            PreprocessingPreset customary = switch (format) {
                case SAFETENSORS, PYTORCH -> PreprocessingPreset.TORCHVISION;
                case HDF5, KERAS_ARCHIVE -> PreprocessingPreset.KERAS;
            };
            return customary.preprocessing(PHOTOGRAPH);
        }
        if (config.isForImageNet() && config.inputChannels() == 1) {
            return PreprocessingPreset.TORCHXRAYVISION.preprocessing(PHOTOGRAPH);
        }
        throw new IllegalArgumentException(
                "%s: nobody knows how images of %d channels were prepared for this network; say it with --preprocessing"
                        .formatted(source, config.inputChannels()));
    }

    private PreprocessingPreset preset() {
        return PreprocessingPreset.named(preprocessing.orElseThrow());
    }

    private Optional<List<String>> typedNames() throws IOException {
        if (classes.isEmpty()) {
            return Optional.empty();
        }
        Path file = classes.get();
        try {
            List<String> names = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (names.isEmpty()) {
                throw new CommandFailure(ExitCode.USAGE, "--classes %s: has no lines".formatted(file));
            }
            return Optional.of(names);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.USAGE, "--classes %s: no such file".formatted(file));
        } catch (CharacterCodingException e) {
            throw new CommandFailure(ExitCode.USAGE, "--classes %s: expected text in UTF-8".formatted(file));
        }
    }

    private List<String> requireCount(List<String> names, int count) {
        if (names.size() != count) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--classes %s: has %,d lines, the network has %,d classes"
                            .formatted(classes.orElseThrow(), names.size(), count));
        }
        return names;
    }

    private static Map<String, Object> document(ModelFile model, Path target) {
        ModelDescription description = model.description();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", target.toString());
        document.put("model", description.name());
        document.put("parameters", Cost.of(description.graph()).parameters());
        document.put("inputShape", description.inputShape().toString());
        document.put("classes", description.classNames().size());
        document.put("weightsSha256", model.state().sha256());
        return document;
    }

    private static String text(ModelDescription description) {
        return "%s: %s, %,d parameters, images of %s, %,d classes"
                .formatted(
                        description.name(),
                        description.architecture().variant(),
                        Cost.of(description.graph()).parameters(),
                        description.inputShape(),
                        description.classNames().size());
    }
}
