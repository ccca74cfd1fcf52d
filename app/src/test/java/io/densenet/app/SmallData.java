package io.densenet.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/// Folders of 16×16 pictures, and the options of a run on them that takes a moment.
public final class SmallData {
    /// In the order in which they are numbered: by code point.
    public static final List<String> CLASSES = List.of("猫", "개", "고양이");

    static final int SIDE = 16;

    private SmallData() {}

    /// Makes `folder/<class>/*.png` for each class: noise, and a bright stripe at a height that says the class.
    ///
    /// @param type of the pictures, as [BufferedImage] has it
    public static void pictures(Path folder, List<String> classes, int ofEachClass, int type, long seed)
            throws IOException {
        Random random = new Random(seed);
        for (int label = 0; label < classes.size(); label++) {
            Path members = Files.createDirectories(folder.resolve(classes.get(label)));
            for (int i = 0; i < ofEachClass; i++) {
                BufferedImage picture = picture(label, classes.size(), type, random);
                ImageIO.write(
                        picture,
                        "png",
                        members.resolve("그림 %02d.png".formatted(i)).toFile());
            }
        }
    }

    private static BufferedImage picture(int label, int classes, int type, Random random) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, type);
        for (int y = 0; y < SIDE; y++) {
            boolean bright = y * classes / SIDE == label;
            for (int x = 0; x < SIDE; x++) {
                int grey = random.nextInt(120) + (bright ? 130 : 0);
                picture.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        return picture;
    }

    /// A data set of 36 colour pictures to train on and 12 to test on, without a val folder.
    public static Path dataset(Path folder) throws IOException {
        pictures(folder.resolve("train"), CLASSES, 12, BufferedImage.TYPE_INT_RGB, 1);
        pictures(folder.resolve("test"), CLASSES, 4, BufferedImage.TYPE_INT_RGB, 2);
        return folder;
    }

    /// `train DATA` with a tiny network and one thread, JSON on standard output and only warnings on standard error;
    /// two epochs and batches of 8 unless `more` says otherwise.
    public static String[] train(Path data, Path project, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", data.toString(), "--project", project.toString()));
        arguments.addAll(List.of("--threads", "1", "--format", "json", "-q"));
        Map<String, String> usual =
                Map.of("--model", "densenet-bc-10-4", "--image-size", "16", "--epochs", "2", "--batch-size", "8");
        usual.forEach((option, value) -> {
            if (!List.of(more).contains(option)) {
                arguments.addAll(List.of(option, value));
            }
        });
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }
}
