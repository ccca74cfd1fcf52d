package io.densenet.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.random.RandomStream.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All seeds are fixed, so that these tests of chance pass always or never.
class RandomStreamTest {
    private static final int DRAWS = 200_000;

    @Test
    void aStreamIsThePhiloxBlocksOfItsName() {
        RandomStream stream = RandomStream.of(42, Purpose.DROPOUT, 7, 9);
        int[] expected = new int[8];
        long name = RandomStream.name(Purpose.DROPOUT, 7, 9);
        Philox.block(0, name, 42, expected, 0);
        Philox.block(1, name, 42, expected, 4);
        assertArrayEquals(
                expected, IntStream.range(0, 8).map(i -> stream.nextInt()).toArray());
    }

    @Test
    void streamsOfDifferentNamesDifferAndOfTheSameNameAgree() {
        Set<List<Integer>> starts = new HashSet<>();
        int streams = 0;
        for (Purpose purpose : Purpose.values()) {
            for (long major : new long[] {0, 1, (1L << 28) - 1}) {
                for (long minor : new long[] {0, 1, (1L << 32) - 1}) {
                    for (long seed : new long[] {0, 1, -1, 1L << 32}) {
                        List<Integer> start = start(RandomStream.of(seed, purpose, major, minor));
                        assertEquals(start, start(RandomStream.of(seed, purpose, major, minor)));
                        starts.add(start);
                        streams++;
                    }
                }
            }
        }
        assertEquals(streams, starts.size());
    }

    @Test
    void namesOutOfRangeAreRefusedSoThatTheyNeverMeet() {
        for (long wrong : new long[] {-1, 1L << 28}) {
            assertThrows(IllegalArgumentException.class, () -> RandomStream.of(0, Purpose.SHUFFLE, wrong, 0));
        }
        for (long wrong : new long[] {-1, 1L << 32}) {
            assertThrows(IllegalArgumentException.class, () -> RandomStream.of(0, Purpose.SHUFFLE, 0, wrong));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 50_000})
    void aPermutationHoldsEveryNumberOnce(int length) {
        int[] order = RandomStream.of(1, Purpose.SHUFFLE, 0, 0).permutation(length);
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, length).toArray(), order);
    }

    @Test
    void everyEpochIsShuffledAnew() {
        int[] first = RandomStream.of(1, Purpose.SHUFFLE, 0, 0).permutation(100);
        int[] second = RandomStream.of(1, Purpose.SHUFFLE, 1, 0).permutation(100);
        assertFalse(Arrays.equals(first, second));
        assertFalse(Arrays.equals(first, IntStream.range(0, 100).toArray()));
        assertArrayEquals(first, RandomStream.of(1, Purpose.SHUFFLE, 0, 0).permutation(100));
    }

    /// 23 degrees of freedom: a fair shuffle exceeds 49.7 once in a thousand times.
    @Test
    void allOrdersAreEquallyLikely() {
        int[] counts = new int[256];
        RandomStream stream = RandomStream.of(3, Purpose.SHUFFLE, 0, 0);
        for (int i = 0; i < 24_000; i++) {
            int code = 0;
            for (int element : stream.permutation(4)) {
                code = code * 4 + element;
            }
            counts[code]++;
        }
        int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertEquals(24, seen.length);
        assertTrue(chiSquare(seen, 1_000) < 49.7, "χ² " + chiSquare(seen, 1_000));
    }

    /// 9 degrees of freedom, 27.9 once in a thousand times; 2 degrees, 13.8.
    @Test
    void boundedIntegersAreUniform() {
        int[] ten = new int[10];
        int[] thirds = new int[3];
        RandomStream stream = RandomStream.of(11, Purpose.AUGMENTATION, 0, 0);
        for (int i = 0; i < DRAWS; i++) {
            ten[stream.nextInt(10)]++;
            // a bound for which a plain remainder would draw the lower third twice as often
            thirds[stream.nextInt(Integer.MAX_VALUE / 3 * 3) / (Integer.MAX_VALUE / 3)]++;
        }
        assertTrue(chiSquare(ten, DRAWS / 10.0) < 27.9, Arrays.toString(ten));
        assertTrue(chiSquare(thirds, DRAWS / 3.0) < 13.8, Arrays.toString(thirds));
    }

    @Test
    void aBoundMustBePositive() {
        RandomStream stream = RandomStream.of(1, Purpose.SPLIT, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> stream.nextInt(0));
        assertThrows(IllegalArgumentException.class, () -> stream.nextInt(-3));
        assertEquals(0, stream.nextInt(1));
        assertTrue(stream.nextInt(Integer.MAX_VALUE) >= 0);
    }

    @Test
    void theCoinIsFairAndDoublesLieBetweenZeroAndOne() {
        RandomStream stream = RandomStream.of(5, Purpose.AUGMENTATION, 0, 0);
        int heads = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            heads += stream.nextBoolean() ? 1 : 0;
            double draw = stream.nextDouble();
            assertTrue(draw >= 0 && draw < 1);
            sum += draw;
            squares += draw * draw;
        }
        assertEquals(0.5, (double) heads / DRAWS, 0.005);
        assertEquals(0.5, sum / DRAWS, 0.003);
        assertEquals(1.0 / 3, squares / DRAWS, 0.003);
    }

    @Test
    void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
        RandomStream stream = RandomStream.of(9, Purpose.INITIALIZATION, 0, 0);
        double[] moments = new double[5];
        for (int i = 0; i < DRAWS; i++) {
            double draw = stream.nextGaussian();
            assertTrue(Double.isFinite(draw));
            double power = 1;
            for (int m = 0; m < moments.length; m++) {
                moments[m] += power / DRAWS;
                power *= draw;
            }
        }
        assertEquals(0, moments[1], 0.01);
        assertEquals(1, moments[2], 0.015);
        assertEquals(0, moments[3], 0.04);
        assertEquals(3, moments[4], 0.1);
    }

    @Test
    void drawsOneAfterAnotherAreNotRelated() {
        RandomStream stream = RandomStream.of(13, Purpose.INITIALIZATION, 0, 0);
        double before = stream.nextGaussian();
        double product = 0;
        for (int i = 0; i < DRAWS; i++) {
            double draw = stream.nextGaussian();
            product += before * draw / DRAWS;
            before = draw;
        }
        assertEquals(0, product, 0.01);
        assertNotEquals(0, product);
    }

    private static List<Integer> start(RandomStream stream) {
        return List.of(stream.nextInt(), stream.nextInt(), stream.nextInt(), stream.nextInt());
    }

    private static double chiSquare(int[] counts, double expected) {
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }
}
