package io.densenet.app.convert;

import io.densenet.app.doctor.VersionProvider;
import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Needs;
import io.densenet.app.engine.Peers;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.inference.TrainedModel;
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
import io.densenet.model.HubFolder;
import io.densenet.model.ModelCard;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.model.OnnxExport;
import io.densenet.weights.Safetensors;
import io.densenet.weights.Tensor;
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
/// has saved, or out of ours one for PyTorch, for ONNX or for the Hugging Face Hub.
@Command(
        name = "convert",
        description = "Makes weights of other programs usable here, and ours usable in others.",
        footer = {
            "",
            "WEIGHTS may be a .pth of PyTorch (a state dict, also wrapped), or safetensors, with the names of",
            "torchvision (of today and of 2017), timm, torchxrayvision, gpleiss, andreasveit or bamos; or a .h5 or",
            ".keras of Keras, with those of keras-applications; or a run folder, or a folder as on the Hugging Face Hub.",
            "Which network it is shows from the shapes. Nothing in the file is executed. Features without a classifier",
            "need --classes, get a new one, and need training.",
            "",
            "Examples:",
            "  densenet convert densenet121-a639ec97.pth densenet121.safetensors",
            "  densenet convert densenet121_notop.h5 start.safetensors --classes flowers.txt",
            "  densenet convert chest.pth chest.safetensors --preprocessing torchxrayvision --classes findings.txt",
            "  densenet convert runs/train best.pth",
            "  densenet convert runs/train clothes.onnx --verify",
            "  densenet convert runs/train clothes/            a folder for the Hugging Face Hub",
        })
public final class ConvertCommand implements Callable<Integer>, Needs {
    private static final int PHOTOGRAPH = 224;
    private static final int SMALL = 32;

    @Parameters(
            index = "0",
            paramLabel = "RUN|WEIGHTS",
            description = "A run folder, or weights, ours or another program's.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path source;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "What to write: a .safetensors file for this program, .pth or .pt for PyTorch, .onnx for"
                    + " ONNX; or a folder for the Hugging Face Hub, whose name ends with / or which is there.")
    private String out = "";

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

    @Option(
            names = "--dynamic-size",
            description = "Leave height and width of the images open in ONNX (default: those of the network; their"
                    + " number is always open).")
    private boolean dynamicSize;

    @Option(
            names = "--verify",
            description = "Compare what was written: ONNX is run by ONNX Runtime and by --engine on 100 random images,"
                    + " everything else read back.")
    private boolean verify;

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    /// What picocli calls.
    public ConvertCommand() {}

    private boolean runsOnnx() {
        return verify && out.toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    /// Only to compare with it.
    @Override
    public boolean usesLibTorch() {
        return runsOnnx() && TrainedModel.usesLibTorch(source, engine);
    }

    /// ONNX Runtime is one of them.
    @Override
    public boolean usesPeers() {
        return runsOnnx();
    }

    @Override
    public Integer call() throws IOException {
        boolean json = output.isJson();
        Target target = Target.of(out);
        target.require(force);
        if (dynamicSize && target.kind() != Target.Kind.ONNX) {
            throw new CommandFailure(ExitCode.USAGE, "--dynamic-size: only ONNX files know the size of images");
        }
        if (runsOnnx()) {
            engine.require();
            Peers.require();
        }
        Source read = read();
        ModelFile model = read.model();
        warnOfNonFinite(model);
        write(target, read);
        output.console().status(target.path().toString());
        Optional<Verification> verification =
                verify ? Optional.of(new Verifier(target, model, engine).verify(dynamicSize)) : Optional.empty();
        output.out()
                .println(
                        json
                                ? Json.document(document(model, target.path(), verification))
                                : text(model.description())
                                        + verification.map(v -> "\n" + v.text()).orElse(""));
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

    /// Training may go on with such weights where a file of another program came from, so this is no error.
    private void warnOfNonFinite(ModelFile model) {
        List<String> names = model.state().entries().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Tensor.Floats floats && !isFinite(floats.values()))
                .map(Map.Entry::getKey)
                .toList();
        if (!names.isEmpty()) {
            output.console()
                    .warning(
                            "%s: has values that are not finite numbers%s; what comes out of this network means nothing"
                                    .formatted(
                                            names.getFirst(),
                                            names.size() == 1
                                                    ? ""
                                                    : ", and %d more tensors too".formatted(names.size() - 1)));
        }
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private void write(Target target, Source read) throws IOException {
        ModelFile model = read.model();
        switch (target.kind()) {
            case SAFETENSORS -> model.write(target.path());
            case PYTORCH -> {
                PyTorchFile.write(target.path(), model.state().entries());
                warnOfEpsilon(model.description());
            }
            case ONNX -> {
                try {
                    OnnxExport.write(target.path(), model, VersionProvider.version(), dynamicSize);
                } catch (IllegalArgumentException e) {
                    throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(target.path(), e.getMessage()));
                }
            }
            case HUB_FOLDER -> {
                if (!HubFolder.write(target.path(), model, read.card())) {
                    output.console().status(target.path() + ": its README.md stays as it is");
                }
            }
        }
    }

    /// @param card what is known of its training
    private record Source(ModelFile model, ModelCard card) {}

    private Source read() throws IOException {
        if (Files.isDirectory(source)) {
            TrainedModel trained = TrainedModel.read(source);
            return new Source(changed(trained.model()), RunCard.of(trained));
        }
        TrainedModel.requireReadable(source);
        try {
            WeightFiles.Format format = WeightFiles.format(source);
            if (format == WeightFiles.Format.SAFETENSORS) {
                Safetensors.Contents contents = Safetensors.read(source);
                if (contents.metadata().containsKey(ModelFile.DESCRIPTION_KEY)) {
                    ModelFile ours = changed(ModelFile.from(source, contents));
                    return new Source(ours, RunCard.of(new TrainedModel(source, ours)));
                }
            }
            Optional<List<String>> names = typedNames();
            ImportedWeights imported = WeightFiles.read(
                    source, names.map(List::size).map(OptionalInt::of).orElseGet(OptionalInt::empty));
            imported.report().sentences().forEach(output.console()::status);
            if (imported.hasNewClassifier()) {
                output.console().status("there was no classifier; a new one is in its place and must be trained");
            }
            ModelDescription description = description(imported.config(), format, names);
            return new Source(new ModelFile(description, imported.state()), ModelCard.unknown());
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.USAGE, source + ": expected a file of weights, found nothing");
        }
    }

    private ModelFile changed(ModelFile model) throws IOException {
        return new ModelFile(changed(model.description()), model.state());
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

    private static Map<String, Object> document(ModelFile model, Path target, Optional<Verification> verification) {
        ModelDescription description = model.description();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", target.toString());
        document.put("model", description.name());
        document.put("parameters", Cost.of(description.graph()).parameters());
        document.put("inputShape", description.inputShape().toString());
        document.put("classes", description.classNames().size());
        document.put("weightsSha256", model.state().sha256());
        verification.ifPresent(v -> document.put("verification", v.document()));
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
