package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.densenet.train.Schedule.Moment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

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
