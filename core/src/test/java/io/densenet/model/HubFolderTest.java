package io.densenet.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.arch.Architecture;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Stem;
import io.densenet.arch.baseline.Baselines;
import io.densenet.arch.baseline.Variations;
import io.densenet.data.ChannelOrder;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.interop.pytorch.PyTorchFile;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Initializer;
import io.densenet.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What timm reads and writes is as in `timm/models/_hub.py` and `timm/models/densenet.py` of its sources.
final class HubFolderTest {
    private static final int MUTATIONS = 1_000;

    /// As timm saves it, for a network of the ImageNet family.
    private static final String TIMMS = """
            {
              "architecture": "densenet121",
              "num_classes": 3,
              "num_features": 20,
              "global_pool": "avg",
              "label_names": ["고양이", "cat", "dog"],
              "model_args": {"growth_rate": 8, "block_config": [2, 1], "bn_size": 4},
              "pretrained_cfg": {
                "tag": "tv_in1k", "custom_load": false, "input_size": [3, 64, 64], "fixed_input_size": false,
                "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "center",
                "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
                "num_classes": 3, "pool_size": [2, 2], "first_conv": "features.conv0", "classifier": "classifier"
              }
            }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"densenet-10-3", "densenet-bc-10-3", "resnet-8"})
    void whatIsWrittenIsRead(String name) throws IOException {
        Architecture network = name.startsWith("dense")
                ? DenseNets.named(name, 3, 3)
                : Baselines.named(name, Variations.of(new LinkedHashMap<>()), 3, 3);
        Normalization normalization = new Normalization(List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 1.0 / 3));
        Preprocessing preprocessing = new Preprocessing(
                3, 32, 32, normalization, new Fit.ShortSide(37, Interpolation.BICUBIC), ChannelOrder.BGR);
        ModelFile model = model(new ModelDescription("한 모델", network, preprocessing, List.of("a|b", "```", "세 번째")));
        Path hub = folder.resolve("모델");
        assertTrue(HubFolder.write(hub, model, ModelCard.unknown()));
        assertTrue(HubFolder.is(hub));
        assertSame(model, HubFolder.read(hub));
    }

    /// Programs that save weights again lose what is in their metadata.
    @Test
    void theConfigurationAloneDescribesTheWeightsAndMayBeChangedByHand() throws IOException {
        ModelFile model = model(small(PreprocessingPreset.TORCHVISION.preprocessing(64)));
        HubFolder.write(folder, model, ModelCard.unknown());
        withoutMetadata(model);
        assertSame(model, HubFolder.read(folder));
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"cat\"", "\"Katze\""));
        assertEquals(
                List.of("고양이", "Katze", "dog"),
                HubFolder.read(folder).description().classNames());
    }

    /// What the logits mean is told as transformers tells it, to people as well, and read from there.
    @Test
    void severalClassesAnImageAreToldAndRead() throws IOException {
        ModelDescription description =
                small(PreprocessingPreset.TIMM.preprocessing(64)).withTask(Task.MULTI_LABEL);
        HubFolder.write(folder, model(description), ModelCard.unknown());
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertTrue(text.contains("\"problem_type\" : \"multi_label_classification\""), text);
        assertTrue(Files.readString(folder.resolve("README.md")).contains("It finds 3 classes in images of 3x64x64"));
        ObjectNode theirs = (ObjectNode) JsonMapper.shared().readTree(text);
        theirs.remove("densenet");
        Files.writeString(config, theirs.toString());
        withoutMetadata(model(description));
        assertEquals(Task.MULTI_LABEL, HubFolder.read(folder).description().task());
    }

    @Test
    void aFolderOfTimmIsRead() throws IOException {
        ModelFile model = model(small(new Preprocessing(
                3,
                64,
                64,
                Normalization.imageNet(),
                new Fit.ShortSide(71, Interpolation.BICUBIC, Fit.HalfPixel.EVEN)))); // ⌊64 / 0.9⌋
        withoutMetadata(model);
        Files.writeString(folder.resolve("config.json"), TIMMS);
        assertTrue(HubFolder.is(folder));
        assertSame(model, HubFolder.read(folder));
        Files.delete(folder.resolve("model.safetensors"));
        assertFalse(HubFolder.is(folder));
        PyTorchFile.write(folder.resolve("pytorch_model.bin"), model.tensors());
        assertSame(model, HubFolder.read(folder));
    }

    /// Its files of 2022 have one level, and classes may be named by their numbers, not all of them.
    @Test
    void anOlderFolderOfTimmIsRead() throws IOException {
        withoutMetadata(model(small(PreprocessingPreset.TIMM.preprocessing(64))));
        Files.writeString(folder.resolve("config.json"), """
                {"architecture": "densenet121", "num_classes": 3, "input_size": [3, 64, 64], "interpolation": "bicubic",
                 "crop_pct": 0.875, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
                 "label_names": {"0": "zero", "2": "two"}}
                """);
        ModelDescription read = HubFolder.read(folder).description();
        assertEquals(PreprocessingPreset.TIMM.preprocessing(64), read.preprocessing());
        assertEquals(List.of("zero", "1", "two"), read.classNames());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "densenet121 | 3 | densenet121 |",
                "densenet161 | 1 | densenet161 | {\"in_chans\":1}",
                "small       | 3 | densenet121 | {\"growth_rate\":8,\"block_config\":[2,1],\"bn_size\":4}",
                "densenet264 | 3 | densenet121 | {\"growth_rate\":32,\"block_config\":[6,12,64,48],\"bn_size\":4}",
                "densenet-bc-40-12 | 3 | densenet-bc-40-12 |",
            })
    void timmIsToldWhichNetworkToBuild(String name, int channels, String architecture, String arguments) {
        DenseNetConfig config = name.equals("small") ? smallConfig() : DenseNets.named(name, channels, 3);
        int side = config.isForImageNet() ? 224 : 32;
        Preprocessing preprocessing = (channels == 3
                        ? PreprocessingPreset.TORCHVISION
                        : PreprocessingPreset.TORCHXRAYVISION)
                .preprocessing(side);
        JsonNode root = json(new ModelDescription(name, config, preprocessing, List.of("a", "b", "c")));
        assertEquals(architecture, root.get("architecture").asString());
        assertEquals(3, root.get("num_classes").asInt());
        assertEquals(
                arguments == null ? "" : arguments,
                root.has("model_args") ? root.get("model_args").toString() : "");
        JsonNode pretrained = root.get("pretrained_cfg");
        assertEquals("features.conv0", pretrained.get("first_conv").asString());
        assertEquals("classifier", pretrained.get("classifier").asString());
        assertEquals(
                "[%d,%d,%d]".formatted(channels, side, side),
                pretrained.get("input_size").toString());
        if (name.equals("densenet121")) {
            assertEquals(1024, root.get("num_features").asInt());
            assertEquals("[7,7]", pretrained.get("pool_size").toString());
            assertEquals(0.875, pretrained.get("crop_pct").asDouble());
            assertEquals("bilinear", pretrained.get("interpolation").asString());
        }
    }

    /// timm scales the short side to ⌊side / crop_pct⌋.
    @Test
    void timmComesToTheSameShortSide() {
        for (int pixels : IntStream.rangeClosed(64, 400).toArray()) {
            Fit fit = new Fit.ShortSide(pixels, Interpolation.BICUBIC, Fit.HalfPixel.EVEN);
            Preprocessing preprocessing = new Preprocessing(3, 64, 64, Normalization.imageNet(), fit);
            double part = json(small(preprocessing))
                    .get("pretrained_cfg")
                    .get("crop_pct")
                    .doubleValue();
            assertEquals(pixels, (int) Math.floor(64 / part));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPresetIsWrittenForTimm(PreprocessingPreset preset) {
        Preprocessing preprocessing = preset.preprocessing(64);
        DenseNetConfig config = smallConfig().withStem(new Stem.ImageNet(preprocessing.channels(), 16));
        JsonNode pretrained = json(new ModelDescription("x", config, preprocessing, List.of("a", "b", "c")))
                .get("pretrained_cfg");
        String expected = switch (preset) {
            case TORCHVISION -> "bilinear 0.8767123287671232 center"; // of 73 pixels
            case TIMM -> "bicubic 0.8767123287671232 center";
            case KERAS -> "nearest 1.0 squash";
            case TORCHXRAYVISION -> "bilinear 1.0 center";
        };
        assertEquals(
                expected,
                "%s %s %s"
                        .formatted(
                                pretrained.get("interpolation").asString(),
                                pretrained.get("crop_pct").doubleValue(),
                                pretrained.get("crop_mode").asString()));
    }

    @Test
    void aCardSaysWhatIsKnownAndStaysWhenItIsThere() throws IOException {
        ModelFile model = model(small(PreprocessingPreset.TORCHVISION.preprocessing(64)));
        var training = new LinkedHashMap<>(java.util.Map.of("data", "a|b"));
        assertTrue(HubFolder.write(folder, model, new ModelCard(List.of("uoft-cs/cifar10"), training)));
        Path card = folder.resolve("README.md");
        String text = Files.readString(card);
        for (String part : List.of(
                "library_name: timm\n",
                "datasets:\n- uoft-cs/cifar10\n",
                "local-dir:FOLDER",
                "| data | a\\|b |",
                "1 cat\n",
                "scaled to a short side of 73 pixels, bilinear")) {
            assertTrue(text.contains(part), () -> part + " in " + text);
        }
        Files.writeString(card, "mine");
        assertFalse(HubFolder.write(folder, model, ModelCard.unknown()));
        assertEquals("mine", Files.readString(card));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"center\"            | \"border\"   | crop_mode 'border'",
                "\"bicubic\"           | \"lanczos\"  | no interpolation is named 'lanczos'",
                "[3, 64, 64]           | [1, 64, 64]  | normalisation of 3 channels for 1 channels",
                "[3, 64, 64]           | [64, 64]     | expected channels, height and width",
                "\"pretrained_cfg\": { | \"x\": {     | no 'input_size'",
                "{                     | [            | expected JSON",
            })
    void whatIsNotDoneHereIsRefusedInOneLine(String there, String instead, String message) throws IOException {
        withoutMetadata(model(small(PreprocessingPreset.TIMM.preprocessing(64))));
        Files.writeString(folder.resolve("config.json"), TIMMS.replace(there, instead));
        IOException refused = assertThrows(IOException.class, () -> HubFolder.read(folder));
        assertTrue(refused instanceof MalformedFileException || refused instanceof UnsupportedFormatException);
        assertTrue(refused.toString().contains(message), refused.toString());
        assertTrue(refused.toString().contains("config.json"), refused.toString());
        assertEquals(1, refused.toString().lines().count(), refused.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mutatedConfigurationsAreReadOrRefusedButNothingElse(boolean ours) throws IOException {
        ModelFile model = model(small(PreprocessingPreset.TIMM.preprocessing(64)));
        HubFolder.write(folder, model, ModelCard.unknown());
        withoutMetadata(model);
        Path config = folder.resolve("config.json");
        String json = ours ? Files.readString(config) : TIMMS;
        SplittableRandom random = new SplittableRandom(2017);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            String mutated = Mutations.of(json, random);
            Files.writeString(config, mutated);
            try {
                HubFolder.read(folder);
            } catch (MalformedFileException | UnsupportedFormatException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                fail("mutation %d: %s".formatted(mutation, mutated), e);
            }
        }
        assertTrue(refused > MUTATIONS / 4, "the mutations should hurt; refused " + refused);
    }

    private void withoutMetadata(ModelFile model) throws IOException {
        DurableFile.write(
                folder.resolve("model.safetensors"),
                channel -> Safetensors.write(channel, new LinkedHashMap<>(), model.tensors()));
    }

    private static void assertSame(ModelFile expected, ModelFile found) {
        assertEquals(expected.metadata(), found.metadata()); // the description as JSON
        assertEquals(expected.state().sha256(), found.state().sha256());
    }

    private static JsonNode json(ModelDescription description) {
        return JsonMapper.shared().readTree(HubConfig.write(description));
    }

    private static DenseNetConfig smallConfig() {
        return DenseNets.named("densenet121", 3, 3)
                .withGrowthRate(8)
                .withLayersPerBlock(List.of(2, 1))
                .withStem(new Stem.ImageNet(3, 16));
    }

    private static ModelDescription small(Preprocessing preprocessing) {
        return new ModelDescription("densenet", smallConfig(), preprocessing, List.of("고양이", "cat", "dog"));
    }

    private static ModelFile model(ModelDescription description) {
        return new ModelFile(
                description, Initializer.initialize(description.graph().stateDict(), 1, Initializer.Fan.OUT));
    }
}
