package io.densenet.train;

import io.densenet.data.BatchLoader;
import io.densenet.data.ImageBatch;
import io.densenet.data.TrainingOrder;
import io.densenet.engine.Step;
import io.densenet.engine.TrainableClassifier;
import io.densenet.model.ModelDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// The learning-rate range test (Smith 2017, "Cyclical Learning Rates", arXiv:1506.01186, §3.3): a short training
/// in which the rate rises with every step, from one at which nothing happens to one at which it breaks down.
///
/// The weights that it leaves are spoiled.
///
/// @param points a step each
public record RateSearch(List<Point> points) {
    /// Weight of the past in the smoothed loss.
    private static final double SMOOTHING = 0.9;

    /// The search ends when the smoothed loss is this many times its smallest value.
    private static final double BROKEN = 4;

    private static final double MARGIN = 10;

    /// Steps at rates at which nothing happens yet.
    private static final int FIRST = 10;

    /// With fewer nothing could ever be suggested, see [#best()].
    private static final int LEAST_STEPS = FIRST + 1;

    /// One step.
    ///
    /// @param rate     of learning
    /// @param loss     of its batch, before the step
    /// @param smoothed mean of the losses so far, of which each step back counts less
    public record Point(double rate, double loss, double smoothed) {}

    /// Where to search.
    ///
    /// @param from  first rate
    /// @param to    last rate, unless training breaks down before
    /// @param steps between which the rate grows by the same factor each, at least 11
    public record Range(double from, double to, int steps) {
        public Range {
            if (!(from > 0) || !(to > from) || Double.isInfinite(to)) {
                throw new IllegalArgumentException(
                        "rates must rise from more than 0, not from %s to %s".formatted(from, to));
            }
            if (steps < LEAST_STEPS) {
                throw new IllegalArgumentException(
                        "a search needs at least %d steps, of which the first %d only show how much losses differ by chance; was %d"
                                .formatted(LEAST_STEPS, FIRST, steps));
            }
        }

        double rate(int step) {
            return from * Math.pow(to / from, (double) step / (steps - 1));
        }
    }

    public RateSearch {
        points = List.copyOf(points);
    }

    /// Searches.
    ///
    /// @param model    holds the weights to begin with
    /// @param config   of the training to come; its own rate and schedule do not matter, and batches are not
    ///                 added up
    /// @param listener hears of every step, with its number from 1
    public static RateSearch run(
            TrainableClassifier model,
            ModelDescription description,
            Trainer.Data data,
            TrainingConfig config,
            Range range,
            ObjIntConsumer<Point> listener)
            throws IOException {
        Set<String> head = description.architecture().classifierParameters(description.inputShape());
        List<ParameterGroup> groups = ParameterGroup.of(model, head, config.headRateFactor());
        List<Double> classWeights = config.classWeighting().weights(data.train());
        float[] velocity = new float[model.parameters().values().length];
        List<Point> points = new ArrayList<>();
        double mean = 0;
        for (int epoch = 0; points.size() < range.steps(); epoch++) {
            try (BatchLoader loader = BatchLoader.training(
                    data.train(),
                    description.preprocessing(),
                    config.augmentation(),
                    config.batchSize(),
                    new TrainingOrder(config.seed(), epoch, 0),
                    data.workers())) {
                for (@Nullable ImageBatch batch = loader.next();
                        batch != null && points.size() < range.steps();
                        batch = loader.next()) {
                    int step = points.size();
                    double loss = model.gradients(
                                    batch, new Step(config.seed(), step, 1, config.labelSmoothing(), classWeights))
                            .loss();
                    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
                    Point point = new Point(range.rate(step), loss, mean / (1 - Math.pow(SMOOTHING, step + 1)));
                    if (!Double.isFinite(point.smoothed()) || isBroken(points, point)) {
                        return new RateSearch(points);
                    }
                    points.add(point);
                    listener.accept(point, points.size());
                    config.optimizer().update(model.parameters(), groups, velocity, point.rate());
                    model.parameters().zeroGradients();
                }
            }
        }
        return new RateSearch(points);
    }

    private static boolean isBroken(List<Point> before, Point point) {
        double least = before.stream().mapToDouble(Point::smoothed).min().orElse(Double.POSITIVE_INFINITY);
        return point.smoothed() > BROKEN * least;
    }

    /// The step with the smallest smoothed loss, behind the first ones, in which the mean is of a few batches only.
    public Optional<Point> best() {
        return points.stream().skip(FIRST).min(Comparator.comparingDouble(Point::smoothed));
    }

    /// Whether the loss was smallest at the last rate, so that a higher one may be better still.
    public boolean isStillFalling() {
        return best().equals(Optional.of(points.getLast()));
    }

    /// A rate to train with: a tenth of the one at which the smoothed loss is smallest. Behind that one training is
    /// unstable. (The library of fast.ai calls it `minimum`; its default, the middle of the longest descent, is
    /// led astray by the noise of small batches at low rates.)
    ///
    /// @return nothing when the loss never fell by more than the losses of the first batches differ, that is, by
    ///     chance
    public Optional<Double> suggestion() {
        List<Point> first = points.subList(0, Math.min(FIRST, points.size()));
        double mean = first.stream().mapToDouble(Point::loss).average().orElse(0);
        double variance = first.stream()
                .mapToDouble(point -> (point.loss() - mean) * (point.loss() - mean))
                .average()
                .orElse(0);
        return best().filter(best -> best.smoothed() < mean - Math.sqrt(variance))
                .map(best -> best.rate() / MARGIN);
    }
}
