package io.densenet.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Prepares batches on worker threads ahead of the one who trains, and delivers them in order.
///
/// Each batch is a function of its number alone, so what is delivered does not depend on the number of workers.
/// At most one batch more than there are workers is in preparation or waiting. One thread at a time may call
/// [#next()].
public final class BatchLoader implements AutoCloseable {
    private final ImageDataset dataset;
    private final Preprocessing preprocessing;
    private final Writer writer;
    private final int[] order;
    private final int batchSize;
    private final ExecutorService workers;
    private final Queue<Future<ImageBatch>> ahead = new ArrayDeque<>();
    private int nextToPrepare;

    private final int viewsPerImage;

    /// Writes the prepared views of image `index` of the data set into a batch.
    private interface Writer {
        void write(int index, float[] pixels, int offset) throws IOException;
    }

    private BatchLoader(
            ImageDataset dataset,
            Preprocessing preprocessing,
            Writer writer,
            int viewsPerImage,
            int[] order,
            int batchSize,
            int firstBatch,
            int workers) {
        if (batchSize <= 0 || workers <= 0) {
            throw new IllegalArgumentException(
                    "batch size and number of workers must be positive, were %d and %d".formatted(batchSize, workers));
        }
        this.dataset = dataset;
        this.preprocessing = preprocessing;
        this.writer = writer;
        this.viewsPerImage = viewsPerImage;
        this.order = order;
        this.batchSize = batchSize;
        this.nextToPrepare = firstBatch;
        if (firstBatch > batches()) {
            throw new IllegalArgumentException(
                    "first batch %d of an epoch of %d batches".formatted(firstBatch, batches()));
        }
        this.workers = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().name("batch-loader-", 0).daemon().factory());
        for (int i = 0; i < workers + 1; i++) {
            prepareOneMore();
        }
    }

    /// The batches of one epoch of training: shuffled, randomly changed, the last one as small as it comes.
    ///
    /// @param workers threads that decode and transform; they end with [#close()]
    public static BatchLoader training(
            ImageDataset dataset,
            Preprocessing preprocessing,
            Augmentation augmentation,
            int batchSize,
            TrainingOrder order,
            int workers) {
        Transforms transforms = new Transforms(preprocessing);
        Writer writer = (index, pixels, offset) ->
                transforms.apply(dataset.image(index), augmentation, order.augmentation(index), pixels, offset);
        int[] permutation = order.permutation(dataset.size());
        return new BatchLoader(dataset, preprocessing, writer, 1, permutation, batchSize, order.firstBatch(), workers);
    }

    /// The whole data set in its own order, unchanged, for evaluation.
    ///
    /// @param workers threads that decode and transform; they end with [#close()]
    public static BatchLoader inOrder(ImageDataset dataset, Preprocessing preprocessing, int batchSize, int workers) {
        return inOrder(dataset, preprocessing, List.of(View.CENTRE), batchSize, workers);
    }

    /// As [#inOrder(ImageDataset, Preprocessing, int, int)], but with several views of each image: they
    /// follow each other in the batch, each with the label of the image.
    ///
    /// @param batchSize images, of which each takes as many places as there are views
    public static BatchLoader inOrder(
            ImageDataset dataset, Preprocessing preprocessing, List<View> views, int batchSize, int workers) {
        Transforms transforms = new Transforms(preprocessing);
        Writer writer = (index, pixels, offset) -> transforms.apply(dataset.image(index), views, pixels, offset);
        int[] order = IntStream.range(0, dataset.size()).toArray();
        return new BatchLoader(dataset, preprocessing, writer, views.size(), order, batchSize, 0, workers);
    }

    /// Batches of the whole epoch, those before the first one delivered included.
    public int batches() {
        return Math.ceilDiv(order.length, batchSize);
    }

    /// The next batch, or null when there is none left. Waits for the workers when they are behind.
    ///
    /// @throws IOException what a worker met when it read an image of this batch; the loader is of no use
    ///     after it
    public @Nullable ImageBatch next() throws IOException {
        Future<ImageBatch> head = ahead.poll();
        if (head == null) {
            return null;
        }
        ImageBatch batch = await(head);
        prepareOneMore();
        return batch;
    }

    /// Stops the workers, at any time, and returns when they have ended. Batches already delivered stay valid.
    @Override
    public void close() {
        ahead.clear();
        workers.shutdownNow();
        workers.close();
    }

    private void prepareOneMore() {
        if (nextToPrepare < batches()) {
            int batch = nextToPrepare++;
            ahead.add(workers.submit(() -> prepare(batch)));
        }
    }

    private ImageBatch prepare(int batch) throws IOException {
        int first = batch * batchSize;
        int images = Math.min(batchSize, order.length - first);
        int size = images * viewsPerImage;
        int channels = preprocessing.channels();
        int height = preprocessing.height();
        int width = preprocessing.width();
        int valuesPerImage = viewsPerImage * channels * height * width;
        float[] pixels = new float[Math.multiplyExact(images, valuesPerImage)];
        int classes = dataset.classNames().size();
        int[] labels = new int[size];
        float[] targets = new float[dataset.task() == Task.MULTI_LABEL ? Math.multiplyExact(size, classes) : 0];
        for (int i = 0; i < images; i++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the loader was closed");
            }
            int index = order[first + i];
            writer.write(index, pixels, i * valuesPerImage);
            switch (dataset.task()) {
                case SINGLE_LABEL ->
                    Arrays.fill(labels, i * viewsPerImage, (i + 1) * viewsPerImage, dataset.label(index));
                case MULTI_LABEL -> {
                    float[] own = dataset.targets(index);
                    for (int view = i * viewsPerImage; view < (i + 1) * viewsPerImage; view++) {
                        System.arraycopy(own, 0, targets, view * classes, classes);
                    }
                }
            }
        }
        return switch (dataset.task()) {
            case SINGLE_LABEL -> new ImageBatch(size, channels, height, width, pixels, labels);
            case MULTI_LABEL -> ImageBatch.multiLabel(size, channels, height, width, pixels, targets);
        };
    }

    private static ImageBatch await(Future<ImageBatch> batch) throws IOException {
        try {
            return batch.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a batch");
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(failure);
            }
        }
    }
}
