package io.densenet;

import io.densenet.arch.Baseline;
import io.densenet.arch.DenseNet;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.FeaturePoint;
import io.densenet.cpu.CpuClassifier;
import io.densenet.cpu.CpuOptions;
import io.densenet.cpu.MemoryMode;
import io.densenet.data.Image;
import io.densenet.data.ImageBatch;
import io.densenet.data.ImageDecoder;
import io.densenet.data.Preprocessing;
import io.densenet.data.Transforms;
import io.densenet.engine.FeatureExtractor;
import io.densenet.eval.Probabilities;
import io.densenet.model.ModelDescription;
import io.densenet.model.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A trained DenseNet that names what is in pictures, for programs that want nothing else. It does to a picture what
/// was done in training, runs the network on the CPU and ranks the classes.
///
///     try (ImageClassifier classifier = ImageClassifier.load(Path.of("densenet121-a639ec97.pth"))) {
///         System.out.println(classifier.predict(Path.of("dog.jpg")).getFirst());
///     }
///
/// Any number of threads may ask at once. Close it to end its own threads.
public final class ImageClassifier implements AutoCloseable {
    private final ModelDescription description;
    private final Transforms transforms;
    private final FeatureExtractor classifier;
    private final FeaturePoint pooled;

    /// A class and its probability.
    ///
    /// @param index       number of the class
    /// @param name        of the class
    /// @param probability from 0 to 1; those of all classes sum to 1, unless a picture may have several classes
    public record Ranked(int index, String name, double probability) {}

    private ImageClassifier(ModelDescription description, FeatureExtractor classifier) {
        this.description = description;
        this.transforms = new Transforms(description.preprocessing());
        this.classifier = classifier;
        this.pooled = classifier.featurePoints().stream()
                .filter(point -> point.name().equals(FeaturePoint.GAP))
                .findFirst()
                .orElseThrow();
    }

    /// A classifier from whatever [Weights] reads: a run, a model folder, a file of this program, or one that
    /// PyTorch or Keras has saved. Where the custom that [Weights] follows for such files does not hold, read
    /// them with what does, and take [#of(ModelFile)].
    ///
    /// @throws io.densenet.error.MalformedFileException     when the file is damaged
    /// @throws io.densenet.error.UnsupportedFormatException when its format is not read here, or nobody knows how
    ///     images were prepared for it
    /// @throws IllegalArgumentException when the network is no DenseNet
    public static ImageClassifier load(Path weights) throws IOException {
        return of(Weights.load(weights));
    }

    /// A classifier that computes with all cores.
    ///
    /// @throws IllegalArgumentException when the network is no DenseNet
    public static ImageClassifier of(ModelFile model) {
        return of(model, Runtime.getRuntime().availableProcessors());
    }

    /// A classifier that computes with so many threads, the caller's among them.
    ///
    /// @throws IllegalArgumentException when the network is no DenseNet
    public static ImageClassifier of(ModelFile model, int threads) {
        ModelDescription description = model.description();
        DenseNet network = switch (description.architecture()) {
            case DenseNetConfig config -> DenseNet.of(config);
            case Baseline baseline ->
                throw new IllegalArgumentException(
                        "%s is no DenseNet; libtorch runs it, see densenet-torch".formatted(baseline.name()));
        };
        CpuOptions options = new CpuOptions(threads, MemoryMode.STANDARD);
        return new ImageClassifier(
                description, CpuClassifier.openForInference(network, description.inputShape(), model.state(), options));
    }

    /// Network, preprocessing and names of the classes.
    public ModelDescription description() {
        return description;
    }

    /// All classes, the most likely first.
    ///
    /// @param picture of any size, grey or coloured, upright: ImageIO does not turn a photograph as its EXIF
    ///                orientation says, [#predict(Path)] does
    /// @throws io.densenet.error.UnsupportedFormatException when its values are no whole numbers of at most 16 bits
    public List<Ranked> predict(BufferedImage picture) throws IOException {
        return ranked(logits(ImageDecoder.of(picture)));
    }

    /// All classes, the most likely first.
    ///
    /// @param picture a file that ImageIO reads
    /// @throws io.densenet.error.MalformedFileException     when the file is damaged
    /// @throws io.densenet.error.UnsupportedFormatException when it is no picture
    public List<Ranked> predict(Path picture) throws IOException {
        return ranked(logits(ImageDecoder.decode(picture)));
    }

    /// What the network says of each class, before anything is made of it.
    ///
    /// @return as many values as there are classes
    public float[] logits(Image image) {
        float[] logits = new float[classifier.numClasses()];
        classifier.logits(batch(image), logits);
        return logits;
    }

    /// What the last layer reads of a picture: the mean of each feature map behind the last block. Pictures that are
    /// alike for the network have features that point the same way.
    ///
    /// @param picture a file that ImageIO reads
    /// @return as many values as the last block has channels, 1024 for DenseNet-121
    /// @throws io.densenet.error.MalformedFileException     when the file is damaged
    /// @throws io.densenet.error.UnsupportedFormatException when it is no picture
    public float[] features(Path picture) throws IOException {
        float[] features = new float[pooled.output().channels()];
        ImageBatch batch = batch(ImageDecoder.decode(picture));
        classifier.features(batch, pooled, new float[classifier.numClasses()], features);
        return features;
    }

    private ImageBatch batch(Image image) {
        Preprocessing preprocessing = description.preprocessing();
        float[] pixels = new float[transforms.valuesPerImage()];
        transforms.apply(image, pixels, 0);
        int[] noLabel = new int[1];
        return new ImageBatch(
                1, preprocessing.channels(), preprocessing.height(), preprocessing.width(), pixels, noLabel);
    }

    private List<Ranked> ranked(float[] logits) {
        double[] probabilities = Probabilities.of(description.task(), logits);
        return IntStream.range(0, logits.length)
                .mapToObj(c -> new Ranked(c, description.classNames().get(c), probabilities[c]))
                .sorted(Comparator.comparingDouble(Ranked::probability).reversed())
                .toList();
    }

    @Override
    public void close() {
        classifier.close();
    }
}
