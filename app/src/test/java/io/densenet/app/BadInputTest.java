package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.CifarFiles;
import io.densenet.data.MatFiles;
import io.densenet.train.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people get wrong, and what befalls files: each ends with the exit code of its kind and one line that
/// says where, what was expected, what was found.
final class BadInputTest {
    @TempDir
    static Path folder;

    @TempDir
    Path projects;

    @BeforeAll
    static void makeBadThings() throws IOException {
        Path good = SmallData.dataset(folder.resolve("good"));
        CommandLineRun.of(SmallData.train(good, folder.resolve("runs"), "--max-steps", "1"));
        Path weights = folder.resolve("runs/train/weights/last.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, bytes.length - 100));
        bytes[bytes.length / 2] ^= 8;
        Files.write(folder.resolve("flipped.safetensors"), bytes);
        Files.writeString(folder.resolve("file"), "not a folder");

        Path idx = Files.createDirectories(folder.resolve("idx/fashion-mnist"));
        for (String part : List.of("train", "t10k")) {
            Files.write(idx.resolve(part + "-images-idx3-ubyte"), idx(3, 20, 28, 28, 20 * 784 - 7));
            Files.write(idx.resolve(part + "-labels-idx1-ubyte"), idx(1, 20, 0, 0, 20));
        }
        Path cifar = Files.createDirectories(folder.resolve("cifar/cifar10/cifar-10-batches-bin"));
        for (String name : List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")) {
            Files.write(cifar.resolve(name + ".bin"), new byte[2 * 3073]);
        }
        Files.write(cifar.resolve("test_batch.bin"), new byte[3073 + 5]);

        Map<String, byte[]> files = CifarFiles.cifar100();
        files.computeIfPresent("train.bin", (_, content) -> Arrays.copyOf(content, 9 * 3074));
        CifarFiles.writeFolder(folder.resolve("cifar-cut/cifar100"), files);

        Path cut = folder.resolve("svhn-cut/svhn");
        MatFiles.writeSvhn(cut, 20, 10, 10);
        byte[] mat = Files.readAllBytes(cut.resolve("extra_32x32.mat"));
        Files.write(cut.resolve("extra_32x32.mat"), Arrays.copyOf(mat, mat.length / 2));
        Path hdf5 = folder.resolve("svhn-73");
        MatFiles.writeSvhn(hdf5, 20, 10, 10);
        Files.writeString(hdf5.resolve("test_32x32.mat"), "MATLAB 7.3 MAT-file, Platform: GLNXA64, HDF5 schema 1.00 .");
        Path half = folder.resolve("svhn-half");
        MatFiles.writeSvhn(half, 20, 10, 10);
        Files.delete(half.resolve("extra_32x32.mat"));
        SmallData.pictures(
                folder.resolve("imagenet/train"), List.of("n01440764", "n01443537"), 1, BufferedImage.TYPE_INT_RGB, 1);

        SmallData.pictures(folder.resolve("text/train"), List.of("a", "b"), 2, BufferedImage.TYPE_INT_RGB, 1);
        Files.writeString(folder.resolve("text/train/b/그림 00.png"), "this is no picture");
        SmallData.pictures(folder.resolve("half/train"), List.of("a", "b"), 2, BufferedImage.TYPE_INT_RGB, 1);
        Path picture = folder.resolve("half/train/b/그림 01.png");
        Files.write(picture, Arrays.copyOf(Files.readAllBytes(picture), 60));
        SmallData.pictures(folder.resolve("empty/train"), List.of("a", "b"), 1, BufferedImage.TYPE_INT_RGB, 1);
        Files.createDirectories(folder.resolve("empty/train/c"));
        SmallData.pictures(folder.resolve("no-train/test"), List.of("a", "b"), 1, BufferedImage.TYPE_INT_RGB, 1);
        SmallData.pictures(folder.resolve("differ/train"), List.of("a", "b"), 1, BufferedImage.TYPE_INT_RGB, 1);
        SmallData.pictures(folder.resolve("differ/test"), List.of("a", "z"), 1, BufferedImage.TYPE_INT_RGB, 1);
    }

    /// An IDX file of zeros with `length` bytes behind the header, whatever that says.
    private static byte[] idx(int dimensions, int count, int height, int width, int length) {
        byte[] file = new byte[4 + 4 * dimensions + length];
        file[2] = 8;
        file[3] = (byte) dimensions;
        file[7] = (byte) count;
        if (dimensions == 3) {
            file[11] = (byte) height;
            file[15] = (byte) width;
        }
        return file;
    }

    /// `@` stands for the folder of the bad things, `$` for a project folder that does not exist yet.
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "train fashion-mnist --data-dir @/idx | 4 | -images-idx3-ubyte: expected 15,680 bytes of values after the header, found 15,673; delete it and say --download",
                "train cifar10 --data-dir @/cifar     | 4 | test_batch.bin: expected a whole number of records of 3,073 bytes, found 3,078",
                "train svhn --data-dir @/svhn-cut     | 4 | extra_32x32.mat: is cut: a variable of ",
                "train svhn --data-dir @/svhn-73      | 4 | @/svhn-73/test_32x32.mat: is a MATLAB file of version 7.3, which is HDF5; expected version 5: load it in MATLAB and save",
                "train svhn --data-dir @/svhn-half    | 4 | @/svhn-half: has some files of svhn, but not extra_32x32.mat; --download fetches what is missing",
                "train svhn --data-dir @/none         | 4 | svhn was not found; looked in @/none/svhn",
                "train imagenet --data-dir @/none     | 4 | imagenet was not found; looked in @/none/imagenet",
                "train imagenet --data-dir @/none --download | 4 | it can be had from https://image-net.org/ with an account of one's own, never by --download",
                "train imagenet --data-dir @/good     | 4 | @/good/train: expected folders with names such as n01440764, found 猫",
                "train imagenet --data-dir @          | 4 | @/imagenet/train: ImageNet has 1,000 classes, found 2; is it unpacked completely?",
                "train @/text --image-size 16         | 4 | @/text/train/b/그림 00.png: is no picture in a known format (JPEG, PNG, BMP, GIF); replace or remove it",
                "train @/half --image-size 16         | 4 | @/half/train/b/그림 01.png: cannot be decoded, the file is damaged",
                "train @/empty                        | 4 | @/empty/train/c: the folder of this class has no pictures; add some",
                "train @/no-train                     | 4 | @/no-train: expected pictures in train/<class>/*, or a table train.csv; found neither",
                "train @/differ                       | 4 | @/differ/test: expected the classes of train; missing here: b; missing in train: z",
                "train @/none                         | 4 | @/none: expected pictures in train/<class>/*, or a table train.csv; found neither",
                "train cifar100 --data-dir @/cifar-cut | 4 | train.bin: is cut: expected 10 records, going by the other files",
                "train cifar100 --data-dir @/none     | 4 | cifar100 was not found; looked in @/none/cifar100",
                "train cifar11                        | 4 | no data set is called \"cifar11\" and no folder either; known are fashion-mnist-mini",
                "train @/good --val-split 36          | 2 | --val-split: expected fewer than the 36 training images, found 36",
                "train @/good --decay-rate -1         | 2 | --decay-rate must be positive, was -1.0",
                "train @/good --augment strong        | 2 | expected one of [none, standard, imagenet] but was 'strong'",
                "train nowhere --engine cpu --model resnet-110 | 2 | --engine cpu runs DenseNets only",
                "evaluate @/runs/train @/differ       | 4 | @/differ/test: expected the classes of train",
                "train --model densenet-bc-9-4        | 2 | densenet-bc-9-4: a depth of 9 does not divide",
                "train --model resnet                 | 2 | no model is named 'resnet'",
                "train --epochs 0                     | 2 | epochs must be positive, was 0",
                "train --augment imagenet             | 2 | the augmentation of ImageNet changes colours, and images of 1 channel have none",
                "train @/good --crop-pct 0            | 2 | --crop-pct must lie in (0, 1], was 0.0",
                "evaluate @/runs/train --crop ten     | 2 | --crop ten: @/runs/train/weights/last.safetensors takes whole images, stretched to 16x16, so all ten crops would be the same",
                "evaluate @/runs/train --crop five    | 2 | Invalid value for option '--crop'",
                "train -b 0                           | 2 | batch size must be positive, was 0",
                "train -b many                        | 2 | Invalid value for option '--batch-size': 'many' is not an int",
                "train --lr nan                       | 2 | Invalid value for option '--lr': 'nan' is not a double",
                "train --lr NaN                       | 2 | learning rate must be positive and at most 3.4e38, was NaN",
                "train --lr Infinity                  | 2 | learning rate must be positive and at most 3.4e38, was Infinity",
                "train --lr -0.1                      | 2 | learning rate must be positive and at most 3.4e38, was -0.1",
                "train --dropout 1                    | 2 | must lie in [0, 1), was 1.0",
                "train --milestones 30,60             | 2 | milestones are parts of the epochs between 0 and 1",
                "train --max-steps -1                 | 2 | --max-steps must be 0 or positive, was -1",
                "train --workers 0                    | 2 | --workers must be positive, was 0",
                "train --threads 0                    | 2 | --threads must be positive, was 0",
                "train --val-split -1                 | 2 | --val-split must be 0 or positive, was -1",
                "train @/good --image-size 0          | 2 | --image-size must be positive, was 0",
                "train @/good --image-size 2          | 2 | nothing is left",
                "train @/good --image-size 4 -b 5 --model densenet-bc-10-4 | 2 | 36 images in batches of 5 leave a batch of one image",
                "train --image-sise 16                | 2 | unknown option '--image-sise'; did you mean --image-size?",
                "train a b                            | 2 | unexpected argument 'b'",
                "train --sched step                   | 2 | Invalid value for option '--sched'",
                "train --format csv                   | 2 | --format csv: expected text or json here",
                "train --model densenet-100-24 -b 4096 | 2 | training with batches of 4096 needs ",
                "train --model densenet-100-24 -b 65536 | 2 | 65536 images of 28x28 pixels",
                "train --engine cpu --device cuda:0   | 2 | --engine cpu does not compute on cuda:0",
                "train --device tpu                   | 2 | --device: expected auto, cpu or cuda:N, found 'tpu'",
                "train --device cuda:99               | 2 | cuda:99",
                "train --resume @/none                | 2 | --resume @/none: expected a run folder with weights/last.safetensors",
                "train -c @/file                      | 2 | @/file: expected lines such as 'batch-size: 64', found something else",
                "evaluate @/none                      | 2 | @/none: expected a run folder or a file of weights, found nothing",
                "evaluate @/good                      | 2 | @/good: expected a run folder with weights/best.safetensors or last.safetensors, or config.json and model.safetensors as on the Hugging Face Hub; found neither",
                "evaluate @/runs/train -b 0           | 2 | --batch-size must be positive, was 0",
                "predict @/runs/train                 | 2 | Missing required parameter: 'IMAGE|FOLDER'",
                "predict @/runs/train @ --topk 0      | 2 | --topk must be positive, was 0",
                "evaluate @/cut.safetensors @/good    | 5 | @/cut.safetensors: ",
                "evaluate @/flipped.safetensors @/good| 5 | @/flipped.safetensors: checksum of the data section differs",
                "predict @/file @/good                | 5 | @/file: ",
                "train @/good --weights @/cut.safetensors --image-size 16 --model densenet-bc-10-4 | 5 | @/cut.safetensors: ",
                "train -c @/none.yaml                 | 2 | -c @/none.yaml: no such file",
            })
    void badInputIsOneLineAndItsExitCodeAndLeavesNothingBehind(String command, int exitCode, String expected) {
        Path project = projects.resolve("runs");
        boolean trains = command.startsWith("train");
        CommandLineRun run = CommandLineRun.of((command + (trains ? " --project $" : ""))
                .replace("@", folder.toString())
                .replace("$", project.toString())
                .split(" +", -1));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("densenet: "), run.err());
        String first = run.err().lines().findFirst().orElse("");
        assertTrue(first.contains(expected.replace("@", folder.toString())), run.err());
        assertTrue(run.err().lines().count() <= (exitCode == 2 ? 2 : 1), run.err());
        assertFalse(Files.exists(project), "nothing was trained");
    }

    /// Also where a test may write everywhere: nothing lies below a file.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@/file      | @/file: ",
                "@/file/runs | @/file",
            })
    void aProjectFolderThatCannotBeMadeIsTroubleOfInputAndOutput(String project, String expected) {
        CommandLineRun run = CommandLineRun.of(
                SmallData.train(folder.resolve("good"), Path.of(project.replace("@", folder.toString()))));
        assertEquals(7, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("densenet: " + expected.replace("@", folder.toString())), run.err());
        assertTrue(run.err().contains("--project"), run.err());
    }

    @Test
    void trainingThatDivergesKeepsTheLastGoodCheckpoint() throws IOException {
        CommandLineRun run = CommandLineRun.of(SmallData.train(
                folder.resolve("good"),
                projects,
                "--lr",
                "1e30",
                "--sched",
                "constant",
                "--checkpoint-every-steps",
                "1"));
        assertEquals(6, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(
                run.err().matches("densenet: training diverged: .* in epoch 1, step \\d+ at learning rate .*\\R"),
                run.err());
        assertTrue(run.err().contains("try a lower --lr"), run.err());
        Checkpoint last = Checkpoint.read(projects.resolve("train/weights/last.safetensors"));
        assertTrue(last.progress().step() >= 1);
        assertTrue(Float.isFinite(last.model().state().floats("classifier.weight")[0]));
    }
}
