package io.densenet.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.densenet.arch.FrozenFront;
import io.densenet.data.Augmentation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Map<String, String> BOTH = Map.of("seed", "1", "momentum", "0.9");

    @Test
    void theSameSettingsDoNotDiffer() {
        assertEquals(Optional.empty(), Settings.firstDifference(BOTH, BOTH));
    }

    @Test
    void whatOnlyOneOfTwoRunsHasIsADifference() {
        Map<String, String> more = Map.of("seed", "1", "momentum", "0.9", "clipping", "5");
        assertEquals(Optional.of("clipping was not set, is now 5"), Settings.firstDifference(BOTH, more));
        assertEquals(
                Optional.of("clipping was 5, is now unknown to this version"), Settings.firstDifference(more, BOTH));
    }

    @Test
    void aSettingThatACheckpointIsTooOldForHadItsDefault() {
        Map<String, String> defaults = Map.of("clipping", "none");
        Map<String, String> same = Map.of("seed", "1", "momentum", "0.9", "clipping", "none");
        Map<String, String> other = Map.of("seed", "1", "momentum", "0.9", "clipping", "5");
        assertEquals(Optional.empty(), Settings.firstDifference(BOTH, same, defaults));
        assertEquals(Optional.of("clipping was none, is now 5"), Settings.firstDifference(BOTH, other, defaults));
    }

    /// [CheckpointTest] has the common ones.
    @Test
    void schedulesAndAugmentationsHaveStableNames() {
        assertSetting("constant", "schedule", new Schedule.Constant());
        assertSetting("cosine", "schedule", new Schedule.Cosine());
        assertSetting("multistep at 0.5, 0.75 by 0.1", "schedule", Schedule.Multistep.OF_THE_PAPER);
        assertSetting("warm-up of 5 epochs, then cosine", "schedule", new Schedule.Warmup(5, new Schedule.Cosine()));
        assertSetting("none", "augmentation", new Schedule.Constant());
    }

    @Test
    void augmentationsHaveStableNames() {
        assertAugmentation("standard, padding 4", new Augmentation.Standard(4));
        assertAugmentation("standard, padding 4, black", new Augmentation.Standard(4, Augmentation.PadColour.BLACK));
        assertAugmentation("imagenet, area from 0.08, jitter 0.4, lighting 0.1", Augmentation.ImageNet.OF_THE_PAPER);
    }

    @Test
    void fineTuningHasStableNamesAndDefaultsForOlderCheckpoints() {
        Toys toys = new Toys();
        Map<String, String> plain = Settings.of(toys.config(1, 1), toys.description(), FrozenFront.NONE, 5);
        Map<String, String> older = new java.util.TreeMap<>(plain);
        older.keySet().removeAll(List.of("frozen", "class weights", "factor of the classifier's rate"));
        assertEquals(plain.size() - 3, older.size());
        assertEquals(Optional.empty(), Settings.firstDifference(older, plain));
        Map<String, String> frozen = Settings.of(toys.config(1, 1), toys.description(), new FrozenFront(2, 3), 5);
        assertEquals(Optional.of("frozen was nothing, is now 2 blocks of 3"), Settings.firstDifference(older, frozen));
        TrainingConfig weighted = toys.config(1, 1).withFineTuning(ClassWeighting.BALANCED, 10);
        assertEquals(
                Optional.of("class weights was none, is now balanced"),
                Settings.firstDifference(older, Settings.of(weighted, toys.description(), FrozenFront.NONE, 5)));
    }

    @Test
    void classNamesCannotBeMistakenForOthers() {
        Toys toys = new Toys();
        assertNotEquals(
                Settings.of(toys.config(1, 1), toys.description(List.of("a", "b, 1:c", "d")), FrozenFront.NONE, 5),
                Settings.of(toys.config(1, 1), toys.description(List.of("a, 1:b", "c", "d")), FrozenFront.NONE, 5));
    }

    private static void assertSetting(String expected, String name, Schedule schedule) {
        TrainingConfig config = new TrainingConfig(9, 8, 1, 7, schedule, Sgd.OF_THE_PAPER, 0, new Augmentation.None());
        assertEquals(
                expected,
                Settings.of(config, new Toys().description(), FrozenFront.NONE, 5)
                        .get(name));
    }

    private static void assertAugmentation(String expected, Augmentation augmentation) {
        TrainingConfig config =
                new TrainingConfig(9, 8, 1, 7, new Schedule.Constant(), Sgd.OF_THE_PAPER, 0, augmentation);
        assertEquals(
                expected,
                Settings.of(config, new Toys().description(), FrozenFront.NONE, 5)
                        .get("augmentation"));
    }
}
