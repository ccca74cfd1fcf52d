package io.densenet.app.convert;

import io.densenet.app.engine.EngineOptions;
import io.densenet.app.engine.Engines;
import io.densenet.app.engine.Peers;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.engine.TopClass;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.model.HubFolder;
import io.densenet.model.ModelFile;
import io.densenet.random.RandomStream;
import io.densenet.random.RandomStream.Purpose;
import io.densenet.weights.StateDict;
import java.io.IOException;
import java.util.BitSet;

/// Compares what was written with what it was written from: weights by reading them back, networks by running
/// them in the program that they are for.
final class Verifier {
    private static final int IMAGES = 100;
    private static final int MOST_AT_ONCE = 8;
    private static final long SEED = 1;

    /// What the height and the width of other images are larger by, where any size is allowed.
    private static final int LARGER = 33;

    private final Target target;
    private final ModelFile model;
    private final EngineOptions engine;

    Verifier(Target target, ModelFile model, EngineOptions engine) {
        this.target = target;
        this.model = model;
        this.engine = engine;
    }

    /// @param anySize whether an ONNX file is for images of any size
    /// @throws CommandFailure when they are not the same
    Verification verify(boolean anySize) throws IOException {
        return switch (target.kind()) {
            case SAFETENSORS -> sameModel(ModelFile.read(target.path()));
            case HUB_FOLDER -> sameModel(HubFolder.read(target.path()));
            case PYTORCH ->
                sameTensors(new StateDict(PyTorchFile.read(target.path()).tensors()));
            case ONNX -> sameLogits(anySize);
        };
    }

    private Verification sameModel(ModelFile read) {
        if (!read.metadata().equals(model.metadata())) { // the description as JSON
            throw failure("read back, the description is another one");
        }
        return sameTensors(read.state());
    }

    private Verification sameTensors(StateDict read) {
        if (!read.sha256().equals(model.state().sha256())) {
            throw failure("read back, the tensors are not the same");
        }
        return new Verification.SameTensors(read.entries().size());
    }

    private Verification sameLogits(boolean anySize) throws IOException {
        Shape own = model.description().inputShape();
        Comparison comparison = new Comparison();
        if (anySize) {
            compare(comparison, own, IMAGES / 2);
            compare(comparison, new Shape(own.channels(), own.height() + LARGER, own.width() + LARGER), IMAGES / 2);
        } else {
            compare(comparison, own, IMAGES);
        }
        Verification.SameLogits result = comparison.result();
        if (!result.passes()) {
            throw failure(result.figures());
        }
        return result;
    }

    /// One image first, then several at once, so that the number of images is seen to be free.
    private void compare(Comparison comparison, Shape image, int images) throws IOException {
        int classes = model.description().classNames().size();
        try (Classifier here = Engines.openForInference(
                        model.description().architecture(),
                        image,
                        model.state(),
                        engine.choice(model.description().architecture()),
                        MOST_AT_ONCE);
                Classifier there = Peers.onnxRuntime().open(target.path(), image, classes, engine.threads())) {
            for (int done = 0; done < images; ) {
                int count = done == 0 ? 1 : Math.min(MOST_AT_ONCE, images - done);
                ImageBatch batch = randomImages(image, count, done);
                float[] ours = new float[count * classes];
                float[] theirs = new float[count * classes];
                here.logits(batch, ours);
                there.logits(batch, theirs);
                comparison.add(ours, theirs, classes);
                done += count;
            }
            comparison.here = here.description();
            comparison.there = there.description();
        }
    }

    /// Pixels about as normalised images have them. Each channel of each image has a brightness and a contrast of
    /// its own: of mere noise a network that averages over all pixels thinks always the same.
    private static ImageBatch randomImages(Shape image, int count, int number) {
        RandomStream random = RandomStream.of(SEED, Purpose.AUGMENTATION, number, 0);
        int pixelsPerChannel = image.height() * image.width();
        float[] pixels = new float[Math.toIntExact(count * image.elements())];
        for (int channel = 0; channel < count * image.channels(); channel++) {
            double brightness = random.nextGaussian();
            double contrast = random.nextGaussian();
            for (int i = 0; i < pixelsPerChannel; i++) {
                pixels[channel * pixelsPerChannel + i] = (float) (brightness + contrast * random.nextGaussian());
            }
        }
        return new ImageBatch(count, image.channels(), image.height(), image.width(), pixels, new int[count]);
    }

    private CommandFailure failure(String message) {
        return new CommandFailure(
                ExitCode.VERIFICATION_FAILED, "%s: verification failed: %s".formatted(target.path(), message));
    }

    /// What adds up over the batches.
    private static final class Comparison {
        private String here = "";
        private String there = "";
        private int images;
        private int sameTop1;
        private final BitSet onTop = new BitSet();
        private double largestDifference;
        private double largestLogit;
        private boolean finite = true;

        void add(float[] ours, float[] theirs, int classes) {
            for (int i = 0; i < ours.length; i++) {
                finite &= Float.isFinite(ours[i]) && Float.isFinite(theirs[i]);
                largestDifference = Math.max(largestDifference, Math.abs((double) ours[i] - theirs[i]));
                largestLogit = Math.max(largestLogit, Math.abs(ours[i]));
            }
            for (int offset = 0; offset < ours.length; offset += classes) {
                int top = TopClass.of(ours, offset, classes);
                onTop.set(top);
                sameTop1 += top == TopClass.of(theirs, offset, classes) ? 1 : 0;
                images++;
            }
        }

        Verification.SameLogits result() {
            return new Verification.SameLogits(
                    there, here, images, largestDifference, largestLogit, sameTop1, onTop.cardinality(), finite);
        }
    }
}
