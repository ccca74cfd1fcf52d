package io.densenet.golden;

import io.densenet.arch.Shape;
import io.densenet.data.ImageBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What PyTorch computes for a network of torchvision; `torchvision_fixtures.py` says what is in the files.
///
/// @param answers one for each size of images
public record TorchvisionNetwork(List<Answer> answers) {
    private static final int IMAGES = 2;

    /// Files of `torch.save` with the same weights, as they end.
    public static final List<String> PYTORCH_FILES =
            List.of("zip.pth", "legacy.pth", "2017-zip.pth", "2017-legacy.pth");

    public TorchvisionNetwork {
        answers = List.copyOf(answers);
    }

    /// Logits of one batch.
    ///
    /// @param torchvision with the epsilon of PyTorch's norms: images × classes, row by row
    /// @param keras       with that of keras-applications' norms
    public record Answer(int height, int width, float[] torchvision, float[] keras) {
        public String size() {
            return height + "x" + width;
        }

        public Shape image() {
            return new Shape(3, height, width);
        }

        /// The images, by the script's formula.
        public ImageBatch images() {
            float[] pixels = new float[IMAGES * 3 * height * width];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = i * 7919L % 8191 / 2048f - 2;
            }
            return new ImageBatch(IMAGES, 3, height, width, pixels, new int[IMAGES]);
        }
    }

    /// Reads the answers.
    public static TorchvisionNetwork read(Path json) throws IOException {
        JsonNode root = JsonMapper.shared().readTree(json.toFile());
        List<Answer> answers = new ArrayList<>();
        root.get("torchvision").properties().forEach(entry -> {
            String[] size = entry.getKey().split("x", -1);
            answers.add(new Answer(
                    Integer.parseInt(size[0]),
                    Integer.parseInt(size[1]),
                    floats(entry.getValue()),
                    floats(root.get("keras").get(entry.getKey()))));
        });
        return new TorchvisionNetwork(answers);
    }

    private static float[] floats(JsonNode rows) {
        List<Float> values = new ArrayList<>();
        rows.forEach(row -> row.forEach(value -> values.add(value.floatValue())));
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    /// The largest difference of a logit, divided by the largest logit of its image.
    public static double difference(float[] expected, float[] found) {
        int classes = expected.length / IMAGES;
        double worst = 0;
        for (int image = 0; image < IMAGES; image++) {
            double largest = 0;
            double difference = 0;
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                double here = Math.abs(expected[i] - found[i]);
                difference = here <= difference ? difference : here; // NaN stays
            }
            double relative = difference / largest;
            worst = relative <= worst ? worst : relative;
        }
        return worst;
    }

    /// The five most likely classes of each image, the most likely first.
    public static List<List<Integer>> top5(float[] logits) {
        int classes = logits.length / IMAGES;
        return IntStream.range(0, IMAGES)
                .mapToObj(image -> IntStream.range(0, classes)
                        .boxed()
                        .sorted(Comparator.comparingDouble(c -> -logits[image * classes + c]))
                        .limit(5)
                        .toList())
                .toList();
    }
}
