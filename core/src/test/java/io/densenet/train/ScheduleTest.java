package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.train.Schedule.Moment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/// The one-cycle goldens come from PyTorch's OneCycleLR, made by `scripts/optimizer_goldens.py`.
class ScheduleTest {
    @ParameterizedTest(name = "step {1} of {0}")
    @CsvFileSource(resources = "onecycle.csv", numLinesToSkip = 1)
    void oneCycleIsThatOfPyTorch(long steps, long step, double factor) {
        assertEquals(factor, new Schedule.OneCycle().factor(new Moment(0, 1, step, steps)), 1e-9);
    }

    @Test
    void thePaperDividesTheRateByTenAtHalfAndAtThreeQuartersOfTheEpochs() {
        assertEquals(1, at(Schedule.Multistep.OF_THE_PAPER, 149, 300), 1e-12);
        assertEquals(0.1, at(Schedule.Multistep.OF_THE_PAPER, 150, 300), 1e-12);
        assertEquals(0.1, at(Schedule.Multistep.OF_THE_PAPER, 224, 300), 1e-12);
        assertEquals(0.01, at(Schedule.Multistep.OF_THE_PAPER, 225, 300), 1e-12);
        assertEquals(0.01, at(Schedule.Multistep.OF_THE_PAPER, 299, 300), 1e-12);
    }

    /// In floating point 0.55 · 100, 0.28 · 25 and 0.07 · 100 are more than 55, 7 and 7.
    @ParameterizedTest(name = "{0} of {1} epochs")
    @CsvSource({"0.55, 100, 55", "0.28, 25, 7", "0.07, 100, 7", "0.5, 25, 13", "0.1, 10, 1"})
    void aMilestoneIsTheEpochThatItSays(double milestone, int epochs, int first) {
        Schedule schedule = new Schedule.Multistep(List.of(milestone), 0.1);
        assertEquals(1, at(schedule, first - 1, epochs));
        assertEquals(0.1, at(schedule, first, epochs));
    }

    @Test
    void aRateThatWouldVanishOrGrowWithoutBoundIsRefused() {
        for (double gamma : new double[] {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Schedule.Multistep(List.of(0.5), gamma));
        }
    }

    @Test
    void aCosineFallsFromOneToNothing() {
        Schedule cosine = new Schedule.Cosine();
        assertEquals(1, cosine.factor(new Moment(0, 10, 0, 100)), 1e-12);
        assertEquals(0.5, cosine.factor(new Moment(5, 10, 50, 100)), 1e-12);
        assertEquals((1 + Math.cos(Math.PI * 0.99)) / 2, cosine.factor(new Moment(9, 10, 99, 100)), 1e-12);
    }

    @Test
    void aWarmupRisesLinearlyAndThenLeavesTheScheduleAlone() {
        Schedule schedule = new Schedule.Warmup(2, new Schedule.Constant());
        assertEquals(1 / 20.0, schedule.factor(new Moment(0, 10, 0, 100)), 1e-12);
        assertEquals(10 / 20.0, schedule.factor(new Moment(0, 10, 9, 100)), 1e-12);
        assertEquals(1, schedule.factor(new Moment(1, 10, 19, 100)), 1e-12);
        assertEquals(1, schedule.factor(new Moment(9, 10, 99, 100)), 1e-12);
    }

    @Test
    void aRunOfOneStepHasAFiniteRate() {
        for (Schedule schedule : List.of(
                new Schedule.OneCycle(),
                new Schedule.Cosine(),
                Schedule.Multistep.OF_THE_PAPER,
                new Schedule.Warmup(1, new Schedule.Constant()))) {
            assertEquals(1, schedule.factor(new Moment(0, 1, 0, 1)), 1e-12, schedule.toString());
        }
    }

    @Test
    void milestonesOutsideTheRunAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Multistep(List.of(0.5, 1.5), 0.1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Multistep(List.of(150.0), 0.1));
    }

    private static double at(Schedule schedule, int epoch, int epochs) {
        return schedule.factor(new Moment(epoch, epochs, epoch * 10L, epochs * 10L));
    }
}
