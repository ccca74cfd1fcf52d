package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.train.RateSearch.Point;
import io.densenet.train.RateSearch.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
    private final Toys toys = new Toys();

    @Test
    void ratesRiseByTheSameFactorOverAsManyEpochsAsItTakes() throws IOException {
        List<Point> heard = new ArrayList<>();
        RateSearch search = search(new Range(1e-6, 1e-2, 21), heard); // 7 batches an epoch
        assertEquals(search.points(), heard);
        assertEquals(21, heard.size());
        assertEquals(1e-6, heard.getFirst().rate(), 1e-18);
        assertEquals(1e-4, heard.get(10).rate(), 1e-12);
        assertEquals(1e-2, heard.getLast().rate(), 1e-10);
    }

    @Test
    void theSuggestionIsATenthOfTheRateOfTheSmallestLoss() throws IOException {
        RateSearch search = search(new Range(1e-5, 1e3, 80), new ArrayList<>());
        Point best = search.best().orElseThrow();
        assertTrue(search.points().stream().skip(10).allMatch(point -> point.smoothed() >= best.smoothed()));
        double suggestion = search.suggestion().orElseThrow();
        assertEquals(best.rate() / 10, suggestion);
        assertTrue(suggestion > 1e-4 && suggestion < 1, "suggested " + suggestion);
    }

    @Test
    void itEndsWhenTrainingBreaksDown() throws IOException {
        RateSearch search = search(new Range(1, 1e30, 60), new ArrayList<>());
        assertTrue(search.points().size() < 60, search.points().size() + " steps");
        assertTrue(search.points().stream().allMatch(point -> Double.isFinite(point.smoothed())));
    }

    /// Losses of 1 ± 0.1 at random, the first of them low or high.
    @ParameterizedTest
    @ValueSource(doubles = {0.9, 1.1})
    void noiseSuggestsNothing(double first) {
        assertEquals(
                Optional.empty(),
                search(first, i -> 1 + 0.1 * Math.sin(7.3 * i)).suggestion());
    }

    /// Flat up to a rate of 1e-2, down to a rate of 1, and up again.
    @Test
    void aFallIsFoundAfterALuckyFirstBatch() {
        RateSearch search = search(0.5, i -> i < 40 ? 1 + 0.05 * Math.sin(7.3 * i) : i < 60 ? 1 - 0.04 * (i - 40) : 3);
        assertEquals(Math.pow(10, -4 + 59 / 15.0) / 10, search.suggestion().orElseThrow(), 1e-6);
        assertFalse(search.isStillFalling());
    }

    @Test
    void aLossThatStillFallsIsSaidToFall() {
        assertTrue(search(1, i -> 1 - 0.01 * i).isStillFalling());
    }

    /// A search of 80 steps from a rate of 1e-4, with the engine's smoothing.
    private static RateSearch search(double first, IntToDoubleFunction loss) {
        List<Point> points = new ArrayList<>();
        double mean = 0;
        for (int i = 0; i < 80; i++) {
            double value = i == 0 ? first : loss.applyAsDouble(i);
            mean = 0.9 * mean + 0.1 * value;
            points.add(new Point(Math.pow(10, -4 + i / 15.0), value, mean / (1 - Math.pow(0.9, i + 1))));
        }
        return new RateSearch(points);
    }

    @Test
    void rangesThatDoNotRiseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Range(0, 1, 11));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 1, 11));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, Double.POSITIVE_INFINITY, 11));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 2, 1));
    }

    /// The least that finds anything: ten steps at one loss, and one below.
    @Test
    void asManyStepsAsCouldSuggestARateAreAskedFor() {
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 2, 10));
        assertEquals(11, new Range(1, 2, 11).steps());
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            points.add(new Point(i + 1, i < 10 ? 1 : 0.5, i < 10 ? 1 : 0.9));
        }
        assertEquals(Optional.of(1.1), new RateSearch(points).suggestion());
        assertEquals(Optional.empty(), new RateSearch(points.subList(0, 10)).suggestion());
    }

    private RateSearch search(Range range, List<Point> heard) throws IOException {
        return RateSearch.run(
                toys.fresh(), toys.description(), toys.data(), toys.config(1, 1), range, (point, number) -> {
                    heard.add(point);
                    assertEquals(heard.size(), number);
                });
    }
}
