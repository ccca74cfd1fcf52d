package io.densenet.app.bench;

import io.densenet.app.doctor.VersionProvider;
import io.densenet.app.engine.EngineChoice;
import io.densenet.app.engine.Engines;
import io.densenet.arch.FrozenFront;
import io.densenet.data.ImageBatch;
import io.densenet.engine.Classifier;
import io.densenet.engine.Step;
import io.densenet.engine.TrainableClassifier;
import io.densenet.torch.TorchNatives;
import java.io.IOException;

/// The two engines that are part of the program, as contestants.
final class OwnContestants {
    private OwnContestants() {}

    static Contestant open(Workload workload, EngineSpec spec, int threads) throws IOException {
        boolean libTorch = spec.engine() == EngineSpec.Engine.TORCH;
        EngineChoice choice = libTorch ? EngineChoice.libTorchOnCpu(threads) : EngineChoice.own(threads);
        String version = libTorch ? TorchNatives.version() : VersionProvider.version();
        var network = workload.network();
        return switch (workload.use()) {
            case TRAIN -> {
                TrainableClassifier classifier = Engines.openForTraining(
                        network.architecture(),
                        network.inputShape(),
                        choice,
                        spec.memory(),
                        FrozenFront.NONE,
                        workload.batchSize());
                classifier.load(workload.state());
                yield new Training(classifier, workload.batch(), version);
            }
            case INFER ->
                new Inference(
                        Engines.openForInference(
                                network.architecture(),
                                network.inputShape(),
                                workload.state(),
                                choice,
                                workload.batchSize()),
                        workload.batch(),
                        new float[workload.batchSize() * network.architecture().numClasses()],
                        version);
        };
    }

    /// All but the optimizer, which is the same loop over the same array whatever the engine.
    private record Training(TrainableClassifier classifier, ImageBatch batch, String version) implements Contestant {
        private static final Step STEP = new Step(1, 0, 1, 0);

        @Override
        public String description() {
            return classifier.description();
        }

        @Override
        public void step() {
            classifier.parameters().zeroGradients();
            double loss = classifier.gradients(batch, STEP).loss();
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException("the loss was " + loss);
            }
        }

        @Override
        public void close() {
            classifier.close();
        }
    }

    private record Inference(Classifier classifier, ImageBatch batch, float[] logits, String version)
            implements Contestant {
        @Override
        public String description() {
            return classifier.description();
        }

        @Override
        public void step() {
            classifier.logits(batch, logits);
            if (!Float.isFinite(logits[0])) {
                throw new IllegalStateException("the first logit was " + logits[0]);
            }
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
