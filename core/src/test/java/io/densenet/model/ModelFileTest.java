package io.densenet.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.densenet.arch.BatchNorm;
import io.densenet.arch.DenseNetConfig;
import io.densenet.arch.DenseNets;
import io.densenet.arch.Graph;
import io.densenet.arch.Stem;
import io.densenet.data.ChannelOrder;
import io.densenet.data.Fit;
import io.densenet.data.Interpolation;
import io.densenet.data.Normalization;
import io.densenet.data.Preprocessing;
import io.densenet.data.PreprocessingPreset;
import io.densenet.data.Task;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import io.densenet.weights.DurableFile;
import io.densenet.weights.Initializer;
import io.densenet.weights.Safetensors;
import io.densenet.weights.StateDict;
import io.densenet.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
    private static final int MUTATIONS = 2_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"densenet-10-3", "densenet-b-10-3", "densenet-c-10-3", "densenet-bc-10-3"})
    void whatIsWrittenIsRead(String name) throws IOException {
        ModelFile model = model(description(name));
        Path file = folder.resolve("모델.safetensors");
        model.write(file);
        ModelFile read = ModelFile.read(file);
        assertEquals(model.description(), read.description());
        assertEquals(model.state().sha256(), read.state().sha256());
    }

    @Test
    void everyFieldOfTheDescriptionSurvives() throws IOException {
        DenseNetConfig config = DenseNets.named("densenet121", 3, 2)
                .withGrowthRate(4)
                .withLayersPerBlock(List.of(1, 2))
                .withBottleneckFactor(2)
                .withCompression(0.75)
                .withStem(new Stem.ImageNet(3, 6))
                .withBatchNorm(new BatchNorm(1.001e-5, 0.01))
                .withDropRate(0.2);
        ModelDescription description = new ModelDescription(
                "my own",
                config,
                new Preprocessing(
                                3,
                                33,
                                47,
                                new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)))
                        .withFit(new Fit.ShortSide(54, Interpolation.BICUBIC)),
                List.of("고양이", "\"猫\"\n"),
                Task.MULTI_LABEL);
        Path file = folder.resolve("model.safetensors");
        model(description).write(file);
        assertEquals(description, ModelFile.read(file).description());
    }

    @ParameterizedTest
    @EnumSource(PreprocessingPreset.class)
    void whatIsDoneToImagesTravelsWithTheWeights(PreprocessingPreset preset) throws IOException {
        for (ChannelOrder order : ChannelOrder.values()) {
            Preprocessing preprocessing = preset.preprocessing(16);
            if (preprocessing.channels() == 3) {
                preprocessing = preprocessing.withOrder(order);
            }
            DenseNetConfig config = DenseNets.named("densenet-bc-10-3", preprocessing.channels(), 2);
            ModelDescription description = new ModelDescription("own", config, preprocessing, List.of("a", "b"));
            Path file = folder.resolve(preset + "-" + order + ".safetensors");
            model(description).write(file);
            assertEquals(description, ModelFile.read(file).description());
        }
    }

    @Test
    void tensorsThatDoNotFitTheDescriptionAreNamed() throws IOException {
        ModelFile model = model(description("densenet-bc-10-3"));
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(model.tensors());
        tensors.remove("features.norm5.bias");
        Path file = folder.resolve("model.safetensors");
        DurableFile.write(file, channel -> Safetensors.write(channel, model.metadata(), tensors));
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> ModelFile.read(file));
        assertTrue(String.valueOf(e.getMessage()).contains("features.norm5.bias: missing"), e.getMessage());
    }

    @Test
    void aForeignSafetensorsFileIsUnsupportedAndNotCalledBroken() throws IOException {
        Path file = folder.resolve("foreign.safetensors");
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", new Tensor.Floats(List.of(1), new float[1]));
        DurableFile.write(file, channel -> Safetensors.write(channel, new LinkedHashMap<>(), tensors));
        assertThrows(UnsupportedFormatException.class, () -> ModelFile.read(file));
    }

    /// Each fits its checksums, so that nothing but the description itself can be found wrong.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"growthRate\":12;           \"growthRate\":\"12\"",
                "\"growthRate\":12;           \"growthRate\":1e99",
                "\"growthRate\":12;           \"growthRate\":-1",
                "\"growthRate\":12;           \"growthRate\":2000000000",
                "\"bottleneckFactor\":4;      \"bottleneckFactor\":1000000000",
                "\"layersPerBlock\":[1,1,1];  \"layersPerBlock\":[1,1,2000000000]",
                "\"layersPerBlock\":[1,1,1];  \"layersPerBlock\":[2000000000,2000000000,2000000000]",
                "\"layersPerBlock\":[1,1,1];  \"layersPerBlock\":{}",
                "\"layersPerBlock\":[1,1,1];  \"layersPerBlock\":[[]]",
                "\"height\":12;               \"height\":1",
                "\"height\":12;               \"height\":0",
                "\"classNames\":[\"a\",\"b\"]; \"classNames\":[\"a\",null]",
                "\"classNames\":[\"a\",\"b\"]; \"classNames\":7",
                "\"mean\":[0.5];              \"mean\":[\"0.5\"]",
                "\"mean\":[0.5];              \"mean\":[]",
                "\"stem\":\"cifar\";          \"stem\":\"round\"",
                "\"fit\":\"stretch\";        \"fit\":\"round\"",
                "\"fit\":\"stretch\";        \"fit\":\"short-side\"",
                "\"fit\":\"stretch\";        \"fit\":\"short-side\",\"shortSide\":11,\"interpolation\":\"bicubic\"",
                "\"fit\":\"stretch\";        \"fit\":\"short-side\",\"shortSide\":2000000000,\"interpolation\":\"bicubic\"",
                "\"fit\":\"stretch\";        \"fit\":\"short-side\",\"shortSide\":16,\"interpolation\":\"lanczos\"",
                "\"fit\":\"stretch\";        \"fit\":\"stretch\",\"interpolation\":\"lanczos\"",
                "\"fit\":\"stretch\";        \"fit\":\"square\"",
                "\"fit\":\"stretch\";        \"fit\":\"short-side\",\"shortSide\":16,\"interpolation\":\"bicubic\",\"halfPixel\":\"down\"",
                "\"fit\":\"stretch\";        \"fit\":\"stretch\",\"channelOrder\":\"bgr\"", // of one channel
                "\"fit\":\"stretch\";        \"fit\":\"stretch\",\"channelOrder\":\"grb\"",
                "{\"name\";                   [\"name\"",
            })
    void aDescriptionThatCannotBeIsCalledMalformed(String sound, String broken) throws IOException {
        ModelFile model = model(description("densenet-bc-10-12"));
        String json = model.metadata().get(ModelFile.DESCRIPTION_KEY);
        Path file = described(model, String.valueOf(json).replace(sound, broken));
        assertTrue(String.valueOf(json).contains(sound), json);
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> ModelFile.read(file));
        assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.getMessage());
    }

    @Test
    void aFileThatIsOlderThanTheChoiceOfAFitStretchesItsImages() throws IOException {
        ModelFile model = model(description("densenet-bc-10-12"));
        String json = String.valueOf(model.metadata().get(ModelFile.DESCRIPTION_KEY));
        String old = json.replace(",\"fit\":\"stretch\"", "");
        assertNotEquals(json, old);
        assertEquals(
                new Fit.Stretch(),
                ModelFile.read(described(model, old))
                        .description()
                        .preprocessing()
                        .fit());
    }

    @Test
    void mutatedDescriptionsAreReadOrRefusedButNothingElse() throws IOException {
        ModelFile model = model(description("densenet-bc-10-3"));
        String json = String.valueOf(model.metadata().get(ModelFile.DESCRIPTION_KEY));
        SplittableRandom random = new SplittableRandom(1608);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            String mutated = Mutations.of(json, random);
            Path file = described(model, mutated);
            try {
                ModelFile.read(file);
            } catch (MalformedFileException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                fail("mutation %d: %s".formatted(mutation, mutated), e);
            }
        }
        assertTrue(refused > MUTATIONS / 2, "the mutations should hurt; refused " + refused);
    }

    private Path described(ModelFile model, String json) throws IOException {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put(ModelFile.DESCRIPTION_KEY, json);
        Path file = folder.resolve("described.safetensors");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Safetensors.write(channel, metadata, model.tensors());
        }
        return file;
    }

    @Test
    void aWriteThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("model.safetensors");
        DurableFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        assertThrows(
                IOException.class,
                () -> DurableFile.write(file, folder.resolve("previous"), channel -> {
                    channel.write(ByteBuffer.wrap(new byte[] {4}));
                    throw new IOException("No space left on device");
                }));
        assertEquals(3, Files.size(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void theFileThatWasThereIsKeptAsThePreviousOne() throws IOException {
        Path file = folder.resolve("last");
        Path previous = folder.resolve("last.previous");
        for (byte generation = 1; generation <= 3; generation++) {
            byte[] content = {generation};
            DurableFile.write(file, previous, channel -> channel.write(ByteBuffer.wrap(content)));
            assertEquals(generation > 1, Files.exists(previous));
        }
        assertEquals(3, Files.readAllBytes(file)[0]);
        assertEquals(2, Files.readAllBytes(previous)[0]);
        assertFalse(Files.exists(folder.resolve("last.previous.previous")));
    }

    private static ModelFile model(ModelDescription description) {
        Graph graph = description.graph();
        StateDict state = Initializer.initialize(graph.stateDict(), 1, Initializer.Fan.OUT);
        return new ModelFile(description, state);
    }

    private static ModelDescription description(String name) {
        return new ModelDescription(
                name,
                DenseNets.named(name, 1, 2),
                new Preprocessing(1, 12, 9, new Normalization(List.of(0.5), List.of(0.25))),
                List.of("a", "b"));
    }
}
