package io.densenet.app.convert;

import io.densenet.Weights;
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
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.model.HubFolder;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.model.OnnxExport;
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
import java.util.concurrent.Callable;
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

    @Option(
            names = "--task",
            paramLabel = "single-label|multi-label",
            description = "Whether an image has one class or may have several, each with a sigmoid of its own (default:"
                    + " what the weights say; of other programs' weights torchxrayvision's are multi-label).")
    private Optional<Task> task = Optional.empty();

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
                    + " everything else read back. ONNX Runtime is fetched by the ./densenet of the sources; the"
                    + " packed program has none and refuses.")
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
        TrainedModel read = read();
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

    private void write(Target target, TrainedModel read) throws IOException {
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
                if (!HubFolder.write(target.path(), model, RunCard.of(read))) {
                    output.console().status(target.path() + ": its README.md stays as it is");
                }
            }
        }
    }

    private TrainedModel read() throws IOException {
        Weights weights = Weights.of(source);
        Optional<List<String>> names = typedNames();
        if (names.isPresent()) {
            weights = weights.withClassNames(names.get());
        }
        if (preprocessing.isPresent()) {
            weights = weights.withPreprocessing(
                    CommandFailure.usage(() -> PreprocessingPreset.named(preprocessing.get())));
        }
        if (task.isPresent()) {
            weights = weights.withTask(task.get());
        }
        try {
            return TrainedModel.read(weights, output.console());
        } catch (IllegalArgumentException e) { // what was typed does not fit the network
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
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
