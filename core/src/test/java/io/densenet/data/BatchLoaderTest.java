package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BatchLoaderTest {
    private static final int SIDE = 6;
    private static final Preprocessing INPUT = TestImages.unscaled(1, SIDE, SIDE);
    private static final Augmentation STANDARD = new Augmentation.Standard(2);

    /// Delegates to another data set; subclasses look at or spoil what is read.
    private static class Watched implements ImageDataset {
        private final ImageDataset images = TestImages.numbered(23, SIDE);
        final Set<Integer> touched = ConcurrentHashMap.newKeySet();

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public int label(int index) {
            return images.label(index);
        }

        @Override
        public Image image(int index) throws IOException {
            touched.add(index);
            return images.image(index);
        }

        @Override
        public List<String> classNames() {
            return images.classNames();
        }
    }

    @Test
    void inOrderDeliversEveryImageOnceAndTheSmallLastBatch() throws IOException {
        Watched dataset = new Watched();
        try (BatchLoader loader = BatchLoader.inOrder(dataset, INPUT, 5, 3)) {
            assertEquals(5, loader.batches());
            List<ImageBatch> batches = rest(loader);
            assertEquals(
                    List.of(5, 5, 5, 5, 3),
                    batches.stream().map(ImageBatch::size).toList());
            for (int i = 0; i < dataset.size(); i++) {
                ImageBatch batch = batches.get(i / 5);
                assertEquals(dataset.label(i), batch.labels()[i % 5]);
                float[] expected = new float[SIDE * SIDE];
                new Transforms(INPUT).apply(dataset.image(i), expected, 0);
                int from = i % 5 * SIDE * SIDE;
                assertArrayEquals(expected, Arrays.copyOfRange(batch.pixels(), from, from + SIDE * SIDE));
            }
            assertNull(loader.next());
        }
    }

    @ParameterizedTest(name = "{0} workers")
    @ValueSource(ints = {2, 5})
    void batchesDoNotDependOnTheNumberOfWorkers(int workers) throws IOException {
        assertEqualBatches(epoch(new TrainingOrder(9, 4, 0), 1), epoch(new TrainingOrder(9, 4, 0), workers));
    }

    @Test
    void anEpochVisitsEveryImageOnceInAnOrderOfItsOwn() throws IOException {
        ImageDataset dataset = new Watched();
        int[] first = new TrainingOrder(9, 0, 0).permutation(dataset.size());
        int[] second = new TrainingOrder(9, 1, 0).permutation(dataset.size());
        assertFalse(Arrays.equals(first, second));
        List<Integer> labels = new ArrayList<>();
        for (ImageBatch batch : epoch(new TrainingOrder(9, 0, 0), 2)) {
            IntStream.range(0, batch.size()).forEach(i -> labels.add(batch.labels()[i]));
        }
        assertEquals(Arrays.stream(first).mapToObj(dataset::label).toList(), labels);
        assertArrayEquals(
                IntStream.range(0, dataset.size()).toArray(),
                Arrays.stream(first).sorted().toArray());
    }

    @Test
    void anImageIsChangedDifferentlyInEachEpoch() throws IOException {
        ImageDataset one = new Subset(TestImages.numbered(3, SIDE), 1);
        Set<List<Float>> seen = ConcurrentHashMap.newKeySet();
        for (int epoch = 0; epoch < 20; epoch++) {
            try (BatchLoader loader =
                    BatchLoader.training(one, INPUT, STANDARD, 1, new TrainingOrder(5, epoch, 0), 1)) {
                List<Float> values = new ArrayList<>();
                for (float value : rest(loader).getFirst().pixels()) {
                    values.add(value);
                }
                seen.add(values);
            }
        }
        assertTrue(seen.size() > 10, () -> "only %d different pictures in 20 epochs".formatted(seen.size()));
    }

    @ParameterizedTest(name = "from batch {0}")
    @ValueSource(ints = {1, 3, 4, 5})
    void resumingInTheMiddleGivesTheRestOfTheSameEpochWithoutTouchingEarlierImages(int firstBatch) throws IOException {
        List<ImageBatch> whole = epoch(new TrainingOrder(9, 2, 0), 2);
        Watched dataset = new Watched();
        TrainingOrder order = new TrainingOrder(9, 2, firstBatch);
        try (BatchLoader loader = BatchLoader.training(dataset, INPUT, STANDARD, 5, order, 2)) {
            assertEquals(5, loader.batches());
            assertEqualBatches(whole.subList(firstBatch, 5), rest(loader));
        }
        int[] skipped = Arrays.copyOf(order.permutation(23), Math.min(23, 5 * firstBatch));
        for (int index : skipped) {
            assertFalse(dataset.touched.contains(index), () -> "image " + index + " was read");
        }
    }

    @Test
    void workersRunAheadButNotFar() throws Exception {
        Watched dataset = new Watched();
        try (BatchLoader loader = BatchLoader.inOrder(dataset, INPUT, 1, 2)) {
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (dataset.touched.size() < 3 && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
            Thread.sleep(50);
            assertEquals(Set.of(0, 1, 2), dataset.touched);
            assertNotNull(loader.next());
        }
    }

    @Test
    void whatAWorkerMeetsReachesTheCaller() throws IOException {
        Watched dataset = new Watched() {
            @Override
            public Image image(int index) throws IOException {
                if (index == 7) {
                    throw new IOException("cat7.jpg: no picture");
                }
                return super.image(index);
            }
        };
        try (BatchLoader loader = BatchLoader.inOrder(dataset, INPUT, 5, 2)) {
            assertNotNull(loader.next());
            assertEquals(
                    "cat7.jpg: no picture",
                    assertThrows(IOException.class, loader::next).getMessage());
        }
    }

    @Test
    void closingInTheMiddleEndsTheWorkersEvenWhenTheyWait() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Watched dataset = new Watched() {
            @Override
            public Image image(int index) throws IOException {
                if (index >= 5) {
                    try {
                        never.await();
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                }
                return super.image(index);
            }
        };
        try (BatchLoader loader = BatchLoader.inOrder(dataset, INPUT, 5, 3)) {
            assertNotNull(loader.next());
            assertNotEquals(0, workersAlive());
        }
        assertNoWorkerStaysAlive();
    }

    @Test
    void noWorkerIsLeftAfterTheEnd() throws IOException {
        epoch(new TrainingOrder(1, 0, 0), 4);
        assertNoWorkerStaysAlive();
    }

    @Test
    void aFirstBatchBehindTheEndIsRefused() {
        TrainingOrder order = new TrainingOrder(1, 0, 6);
        assertThrows(
                IllegalArgumentException.class,
                () -> BatchLoader.training(new Watched(), INPUT, STANDARD, 5, order, 1)
                        .close());
    }

    private static long workersAlive() {
        return workers().count();
    }

    /// A pool counts as closed a moment before its last thread is gone, so each may take a while to end.
    private static void assertNoWorkerStaysAlive() {
        List<Thread> workers = workers().toList();
        for (Thread worker : workers) {
            try {
                assertTrue(worker.join(Duration.ofSeconds(10)), worker + " is still alive");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Stream<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("batch-loader-"));
    }

    private static List<ImageBatch> epoch(TrainingOrder order, int workers) throws IOException {
        try (BatchLoader loader = BatchLoader.training(new Watched(), INPUT, STANDARD, 5, order, workers)) {
            return rest(loader);
        }
    }

    private static List<ImageBatch> rest(BatchLoader loader) throws IOException {
        List<ImageBatch> batches = new ArrayList<>();
        for (ImageBatch batch = loader.next(); batch != null; batch = loader.next()) {
            batches.add(batch);
        }
        return batches;
    }

    private static void assertEqualBatches(List<ImageBatch> expected, List<ImageBatch> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).pixels(), found.get(i).pixels());
            assertArrayEquals(expected.get(i).labels(), found.get(i).labels());
        }
    }
}
