package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Data sets made of other data sets, and what is measured on them.
class DatasetPartsTest {
    @Test
    void aSubsetHasTheChosenImagesInTheGivenOrder() throws IOException {
        InMemoryDataset whole = TestImages.numbered(10, 2);
        Subset subset = new Subset(whole, 7, 2);
        assertEquals(2, subset.size());
        assertEquals(3, subset.label(0));
        assertEquals(2, subset.label(1));
        assertArrayEquals(whole.image(7).pixels(), subset.image(0).pixels());
        assertEquals(whole.classNames(), subset.classNames());
        assertThrows(IndexOutOfBoundsException.class, () -> new Subset(whole, 10));
    }

    @Test
    void holdingOutSplitsWithoutLossOrOverlap() throws IOException {
        InMemoryDataset whole = TestImages.numbered(50, 1); // every image has another value
        HoldOut split = HoldOut.of(whole, 15, 3);
        List<Integer> train = values(split.train());
        List<Integer> validation = values(split.validation());
        assertEquals(35, train.size());
        assertEquals(15, validation.size());
        List<Integer> both = new ArrayList<>(train);
        both.addAll(validation);
        assertEquals(
                values(whole).stream().sorted().toList(), both.stream().sorted().toList());
        assertNotEquals(values(whole).subList(0, 15), validation);
    }

    @Test
    void theSeedAloneDecidesWhatIsHeldOut() throws IOException {
        InMemoryDataset whole = TestImages.numbered(50, 1);
        assertEquals(
                values(HoldOut.of(whole, 15, 3).validation()),
                values(HoldOut.of(whole, 15, 3).validation()));
        assertNotEquals(
                values(HoldOut.of(whole, 15, 3).validation()),
                values(HoldOut.of(whole, 15, 4).validation()));
    }

    @Test
    void holdingOutNothingOrEverythingIsRefused() {
        InMemoryDataset whole = TestImages.numbered(5, 1);
        assertThrows(DatasetException.class, () -> HoldOut.of(whole, 0, 1));
        DatasetException refused = assertThrows(DatasetException.class, () -> HoldOut.of(whole, 5, 1));
        assertEquals("cannot hold out 5 of 5 training images; the number must be from 1 to 4", refused.getMessage());
    }

    @Test
    void statisticsAreTheMeanAndDeviationOfEachChannel() throws IOException {
        byte[] pixels = {0, 10, 5, (byte) 255, 30, 5};
        InMemoryDataset dataset = new InMemoryDataset(3, 1, 2, pixels, new int[] {0}, List.of("a"));
        Normalization found = ChannelStatistics.of(dataset, 3, 1, 2, 100);
        assertEquals(0.5, found.mean().get(0), 1e-12);
        assertEquals(0.5, found.deviation().get(0), 1e-12);
        assertEquals(20 / 255.0, found.mean().get(1), 1e-12);
        assertEquals(10 / 255.0, found.deviation().get(1), 1e-12);
        assertEquals(5 / 255.0, found.mean().get(2), 1e-12);
        assertEquals(1, found.deviation().get(2)); // never varies
    }

    @Test
    void statisticsOfManyImagesLookAtAnEvenlySpreadPart() throws IOException {
        InMemoryDataset whole = TestImages.numbered(9, 1); // values 0, 7, … 56
        Normalization found = ChannelStatistics.of(whole, 1, 1, 1, 3); // images 0, 3, 6: values 0, 21, 42
        assertEquals(21 / 255.0, found.mean().getFirst(), 1e-12);
    }

    private static List<Integer> values(ImageDataset dataset) {
        return IntStream.range(0, dataset.size())
                .mapToObj(i -> {
                    try {
                        return dataset.image(i).pixels()[0] & 0xFF;
                    } catch (IOException unexpected) {
                        throw new AssertionError(unexpected);
                    }
                })
                .toList();
    }
}
