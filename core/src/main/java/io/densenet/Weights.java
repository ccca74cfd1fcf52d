package io.densenet;

import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.data.ImageNetClasses;
import io.densenet.data.Preprocessing;
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.ImportedWeights;
import io.densenet.interop.WeightFiles;
import io.densenet.model.HubFolder;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import io.densenet.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Trained weights wherever they come from: a run folder; a folder as on the Hugging Face Hub, also timm's; a
/// file that this program has written; or one of another program, a `.pth` of PyTorch, safetensors, a `.h5`
/// or `.keras` of Keras. What is in a file is told from its content, not from its name, and nothing in it is
/// executed.
///
///     ModelFile model = Weights.load(Path.of("densenet121-a639ec97.pth"));
///
/// Files of other programs say neither what was done to images nor what the classes are called. For networks
/// of the paper's ImageNet family both follow the custom: images are prepared as Keras does for files of
/// Keras, else as torchvision does, or torchxrayvision for grey ones, and a thousand classes have the names
/// of ImageNet's; other classes are called by their numbers. Where the custom does not hold, or there is
/// none, say it:
///
///     Weights.of(file).withPreprocessing(PreprocessingPreset.TIMM).withClassNames(List.of("cat", "dog")).read()
///
/// @param source        a folder or a file
/// @param classNames    in their order, instead of what the source says or the custom is. Features without a
///                      classifier get a new one for them, which must be trained
/// @param preprocessing what is done to images, instead of what the source says or the custom is
/// @param task          what the logits mean, instead of what the source says; weights of other programs are for
///                      one class an image, unless images are prepared as torchxrayvision does
public record Weights(
        Path source,
        Optional<List<String>> classNames,
        Optional<PreprocessingPreset> preprocessing,
        Optional<Task> task) {
    private static final int PHOTOGRAPH = 224;
    private static final int SMALL = 32;

    public Weights {
        classNames = classNames.map(List::copyOf);
    }

    /// What was read.
    ///
    /// @param file    that the weights lie in
    /// @param model   network, weights and description
    /// @param remarks a sentence for each thing that became of another program's weights, or was supposed of them;
    ///                none for our own
    public record Loaded(Path file, ModelFile model, List<String> remarks) {
        public Loaded {
            remarks = List.copyOf(remarks);
        }
    }

    /// Reads a network, of which all is customary that it does not say itself.
    ///
    /// @throws NoSuchFileException        when there is nothing, or a folder with no weights
    /// @throws MalformedFileException     when it is damaged, or its tensors are not a whole DenseNet
    /// @throws UnsupportedFormatException when its format is not read here, or there is no custom for it
    public static ModelFile load(Path source) throws IOException {
        return of(source).read().model();
    }

    /// Weights of which nothing is said that they do not say themselves.
    public static Weights of(Path source) {
        return new Weights(source, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The same with other names of the classes.
    public Weights withClassNames(List<String> names) {
        return new Weights(source, Optional.of(names), preprocessing, task);
    }

    /// The same for images that are prepared otherwise.
    public Weights withPreprocessing(PreprocessingPreset preset) {
        return new Weights(source, classNames, Optional.of(preset), task);
    }

    /// The same with logits that mean something else.
    public Weights withTask(Task other) {
        return new Weights(source, classNames, preprocessing, Optional.of(other));
    }

    /// Reads the network; of a run the best weights if there are any, else the last.
    ///
    /// @throws NoSuchFileException        when there is nothing, or a folder with no weights
    /// @throws MalformedFileException     when it is damaged, or its tensors are not a whole DenseNet
    /// @throws UnsupportedFormatException when its format is not read here, or there is no custom for it
    /// @throws IllegalArgumentException   when the class names or the preprocessing do not fit the network
    public Loaded read() throws IOException {
        if (Files.isDirectory(source)) {
            return ofFolder();
        }
        if (!Files.exists(source)) {
            throw new NoSuchFileException(
                    source.toString(), null, "expected a run folder or a file of weights, found nothing");
        }
        if (source.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            throw new UnsupportedFormatException(
                    source, "ONNX is written here, but not read; take the weights that it was made of");
        }
        WeightFiles.Format format = WeightFiles.format(source);
        if (format == WeightFiles.Format.SAFETENSORS) {
            Safetensors.Contents contents = Safetensors.read(source);
            if (contents.metadata().containsKey(ModelFile.DESCRIPTION_KEY)) {
                return described(source, ModelFile.from(source, contents));
            }
        }
        return foreign(format);
    }

    private Loaded ofFolder() throws IOException {
        if (HubFolder.is(source)) {
            return described(HubFolder.weightsOf(source), HubFolder.read(source));
        }
        for (String name : List.of("best", "last", "last.previous")) {
            Path file = source.resolve("weights").resolve(name + ".safetensors");
            if (Files.exists(file)) {
                return described(file, ModelFile.read(file));
            }
        }
        throw new NoSuchFileException(
                source.toString(),
                null,
                "expected a run folder with weights/best.safetensors or last.safetensors, or config.json and"
                        + " model.safetensors as on the Hugging Face Hub; found neither");
    }

    /// A network that says all itself, with what was said here in the place of it.
    private Loaded described(Path file, ModelFile model) {
        ModelDescription own = model.description();
        List<String> names = classNames.orElse(own.classNames());
        requireCount(names, own.architecture().numClasses());
        Preprocessing prepared = preprocessing
                .map(preset -> preset.preprocessing(own.preprocessing().height()))
                .orElse(own.preprocessing());
        ModelDescription description =
                new ModelDescription(own.name(), own.architecture(), prepared, names, task.orElse(own.task()));
        return new Loaded(file, new ModelFile(description, model.state()), List.of());
    }

    private Loaded foreign(WeightFiles.Format format) throws IOException {
        ImportedWeights imported = WeightFiles.read(
                source, classNames.map(List::size).map(OptionalInt::of).orElseGet(OptionalInt::empty));
        DenseNetConfig config = imported.config();
        List<String> remarks = new ArrayList<>(imported.report().sentences());
        if (imported.hasNewClassifier()) {
            remarks.add("there was no classifier; a new one is in its place and must be trained");
        }
        List<String> names = classNames.orElseGet(() -> customaryNames(config));
        requireCount(names, config.numClasses());
        PreprocessingPreset preset;
        if (preprocessing.isPresent()) {
            preset = preprocessing.get();
        } else {
            preset = customaryPreset(config, format);
            remarks.add("images are prepared as by %s; the file does not say it".formatted(preset));
        }
        ModelDescription description = new ModelDescription(
                DenseNets.nameOf(config).orElse("densenet"),
                config,
                preset.preprocessing(config.isForImageNet() ? PHOTOGRAPH : SMALL),
                names,
                task.orElse(preset.task()));
        if (description.task() == Task.MULTI_LABEL) {
            remarks.add("each class stands for itself, with a sigmoid; an image may have several or none");
        }
        return new Loaded(source, new ModelFile(description, imported.state()), remarks);
    }

    private void requireCount(List<String> names, int classes) {
        if (names.size() != classes) {
            throw new IllegalArgumentException("%s: its network has %,d classes, but the names are those of %,d"
                    .formatted(source, classes, names.size()));
        }
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
    private PreprocessingPreset customaryPreset(DenseNetConfig config, WeightFiles.Format format)
            throws UnsupportedFormatException {
        if (config.isForImageNet() && config.inputChannels() == 3) {
            return switch (format) {
                case SAFETENSORS, PYTORCH -> PreprocessingPreset.TORCHVISION;
                case HDF5, KERAS_ARCHIVE -> PreprocessingPreset.KERAS;
            };
        }
        if (config.isForImageNet() && config.inputChannels() == 1) {
            return PreprocessingPreset.TORCHXRAYVISION;
        }
        throw new UnsupportedFormatException(
                source,
                "nobody knows how images of %d channels were prepared for this network; say it with 'densenet convert --preprocessing NAME'"
                        .formatted(config.inputChannels()));
    }
}
