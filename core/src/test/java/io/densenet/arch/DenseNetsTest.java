package io.densenet.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenseNetsTest {
    @SuppressWarnings("unused") // read by name
    private static final List<String> NAMES = DenseNets.OF_THE_PAPER;

    @ParameterizedTest
    @FieldSource("NAMES")
    void nothingIsWrongWithTheNetworksOfThePaper(String name) {
        assertEquals(List.of(), KnownMistakes.in(DenseNets.named(name, 3, 10)));
    }

    @Test
    void theImageNetFamilyHasMethodsOfItsOwn() {
        assertEquals(DenseNets.named("densenet121", 3, 1000), DenseNets.densenet121());
        List<DenseNetConfig> family = List.of(
                DenseNets.densenet121(),
                DenseNets.densenet161(),
                DenseNets.densenet169(),
                DenseNets.densenet201(),
                DenseNets.densenet264());
        assertEquals(
                List.of(121, 161, 169, 201, 265), // the paper's 264 counts 265
                family.stream().map(DenseNetConfig::depth).toList());
    }

    @Test
    void namesMayBeWrittenInCapitals() {
        assertEquals(DenseNets.named("densenet-bc-100-12", 3, 10), DenseNets.named("DenseNet-BC-100-12", 3, 10));
    }

    @ParameterizedTest(name = "{0}: nearest {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "densenet-41-12 | [40, 43]",
                "densenet-bc-101-12 | [100, 106]",
                "densenet-b-99-12 | [94, 100]",
                "densenet-3-12 | [7, 10]",
                "densenet-bc-4-12 | [10, 16]"
            })
    void aDepthThatDoesNotDivideNamesTheNearestThatDo(String name, String expected) {
        String message = refusal(name);
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "densenet",
                "densenet122",
                "densenet-40",
                "densenet-cb-40-12",
                "densenet-40-12-1",
                "densenet-bc-100-0",
                "densenet-40-99999",
                "resnet50"
            })
    void anUnknownNameIsAnsweredWithThoseThatExist(String name) {
        String message = refusal(name);
        assertTrue(
                message.contains("'" + name + "'") && message.contains("densenet-bc-L-k") && message.contains("264"),
                message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "densenet-40-12",
                "densenet-b-22-4",
                "densenet-c-19-5",
                "densenet-bc-100-12",
                "densenet121",
                "densenet264"
            })
    void aNameIsFoundAgain(String name) {
        assertEquals(
                Optional.of(name), DenseNets.nameOf(DenseNets.named(name, 3, 10).withDropRate(0.2)));
    }

    @Test
    void whatHasNoNameHasNone() {
        DenseNetConfig config = DenseNets.named("densenet-bc-100-12", 3, 10);
        assertEquals(Optional.empty(), DenseNets.nameOf(config.withCompression(0.7)));
        assertEquals(Optional.empty(), DenseNets.nameOf(config.withLayersPerBlock(List.of(1, 2, 3))));
    }

    @Test
    void aCompressedPlainNetworkIsRecognised() {
        DenseNetConfig config = DenseNets.named("densenet-40-12", 3, 10).withCompression(0.5);
        assertOneMistake("599,050", config);
        assertOneMistake("DenseNet-C", DenseNets.named("densenet-c-40-12", 3, 10));
    }

    @Test
    void aPlainNetworkWithTwiceTheGrowthRateInFrontIsRecognised() {
        DenseNetConfig config = DenseNets.named("densenet-40-12", 3, 10);
        assertOneMistake("the paper takes 16", config.withStem(config.stem().withInitialChannels(24)));
    }

    @Test
    void aBcNetworkWithSixteenMapsInFrontIsRecognised() {
        DenseNetConfig config = DenseNets.named("densenet-bc-100-12", 3, 10);
        assertOneMistake(
                "twice the growth rate, 24", config.withStem(config.stem().withInitialChannels(16)));
        assertOneMistake(
                "twice the growth rate, 96",
                DenseNets.named("densenet121", 3, 10).withGrowthRate(48));
    }

    @Test
    void anImageNetNetworkThatIsNotBcIsRecognised() {
        assertOneMistake(
                "all ImageNet networks of the paper are DenseNet-BC",
                DenseNets.named("densenet121", 3, 10).withCompression(1));
    }

    @Test
    void configurationsThatMakeNoNetworkAreRefused() {
        DenseNetConfig config = DenseNets.named("densenet-bc-40-12", 3, 10);
        assertThrows(IllegalArgumentException.class, () -> config.withGrowthRate(0));
        assertThrows(IllegalArgumentException.class, () -> config.withLayersPerBlock(List.of()));
        assertThrows(IllegalArgumentException.class, () -> config.withLayersPerBlock(List.of(3, 0)));
        assertThrows(IllegalArgumentException.class, () -> config.withBottleneckFactor(-1));
        assertThrows(IllegalArgumentException.class, () -> config.withCompression(0));
        assertThrows(IllegalArgumentException.class, () -> config.withCompression(1.5));
        assertThrows(IllegalArgumentException.class, () -> config.withCompression(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> config.withDropRate(1));
        assertThrows(IllegalArgumentException.class, () -> config.withDropRate(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> config.withNumClasses(0));
        assertThrows(IllegalArgumentException.class, () -> DenseNet.of(config.withCompression(1e-9)));
    }

    private static void assertOneMistake(String words, DenseNetConfig config) {
        List<String> sentences = KnownMistakes.in(config);
        assertEquals(1, sentences.size(), sentences.toString());
        assertTrue(sentences.getFirst().contains(words), sentences.getFirst());
    }

    private static String refusal(String name) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> DenseNets.named(name, 3, 10))
                .getMessage());
    }
}
