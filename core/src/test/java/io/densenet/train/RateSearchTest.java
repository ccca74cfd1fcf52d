package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.train.RateSearch.Point;
import io.densenet.train.RateSearch.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
        assertTrue(search.points().stream().allMatch(point -> point.smoothed() >= best.smoothed()));
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

    @Test
    void whereNothingIsLearnedNothingIsSuggested() {
        RateSearch search = new RateSearch(List.of(new Point(0.1, 1, 1), new Point(1, 2, 1.5)));
        assertEquals(Optional.empty(), search.suggestion());
    }

    @Test
    void rangesThatDoNotRiseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Range(0, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, Double.POSITIVE_INFINITY, 10));
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 2, 1));
    }

    private RateSearch search(Range range, List<Point> heard) throws IOException {
        return RateSearch.run(toys.fresh(), toys.description(), toys.data(), toys.config(1, 1), range, heard::add);
    }
}
