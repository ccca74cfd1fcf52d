package io.densenet.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// ImageNet (ILSVRC 2012) as people have it on disk. A class is called by its WordNet id, such as
/// `n01440764`.
///
///     DIR/train/<id>/*                              1,000 folders
///     DIR/val/<id>/*                                either sorted in the same way,
///     DIR/val/ILSVRC2012_val_00000001.JPEG …        or as it was published, with a list in DIR or in DIR/val:
///
///     val.txt                                       ILSVRC2012_val_00000001.JPEG 65
///     LOC_val_solution.csv                          ILSVRC2012_val_00000001,n01751748 111 108 441 193
///     synset_labels.txt, or with                    n01751748
///     imagenet_2012_validation_ in front
///
/// They are Caffe's (the number of the class among the sorted ids, from 0), Kaggle's and TensorFlow's (one
/// line for each picture, in their order). The devkit's own `ILSVRC2012_validation_ground_truth.txt` counts
/// the classes in an order that only its `meta.mat` explains, and is refused.
///
/// As in the paper, results are reported on the validation images; they are the test images here, and nothing
/// is chosen by them. Hold out training images to choose by.
public final class ImageNetFolder {
    private static final int CLASSES = 1000;
    private static final Pattern ID = Pattern.compile("n\\d{8}");
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
    private static final List<String> LISTS = List.of(
            "val.txt", "LOC_val_solution.csv", "synset_labels.txt", "imagenet_2012_validation_synset_labels.txt");
    private static final String OF_THE_DEVKIT = "ILSVRC2012_validation_ground_truth.txt";

    private ImageNetFolder() {}

    /// Opens the folder; no picture is opened yet.
    ///
    /// @param folder with `train` and `val`
    /// @param size   height and width of the images as the network is to see them, 224 in the paper
    /// @throws DatasetException when a part is missing, has other classes, or is not labelled
    static DatasetSplits open(Path folder, int size) throws IOException {
        ImageFolder train = ImageFolder.of(folder.resolve("train"));
        requireClasses(folder, train.classNames());
        ImageFolder validation = validation(folder, train);
        NamedDataset imageNet = NamedDataset.IMAGENET;
        return new DatasetSplits(imageNet.label(), train, null, validation, imageNet.normalization(), 3, size, size);
    }

    private static void requireClasses(Path folder, List<String> names) throws DatasetException {
        for (String name : names) {
            if (!ID.matcher(name).matches()) {
                throw new DatasetException("%s: expected folders with names such as n01440764, found %s"
                        .formatted(folder.resolve("train"), name));
            }
        }
        if (names.size() != CLASSES) {
            throw new DatasetException(
                    "%s: ImageNet has 1,000 classes, found %,d; is it unpacked completely? For a part of it name the folder: %s"
                            .formatted(folder.resolve("train"), names.size(), folder.toAbsolutePath()));
        }
    }

    private static ImageFolder validation(Path folder, ImageFolder train) throws IOException {
        Path val = folder.resolve("val");
        if (!Files.isDirectory(val)) {
            throw new DatasetException("%s: expected the validation images there, found no such folder".formatted(val));
        }
        List<Path> pictures = ImageFolder.list(val, file -> Files.isRegularFile(file) && isPicture(file));
        boolean isSorted = !ImageFolder.list(val, Files::isDirectory).isEmpty();
        if (isSorted || pictures.isEmpty()) {
            return sorted(val, train);
        }
        List<Path> places = List.of(val, folder);
        Path list = first(places, LISTS).orElse(null);
        if (list == null) {
            Optional<Path> devkits = first(places, List.of(OF_THE_DEVKIT));
            throw new DatasetException(devkits.map(file -> file
                            + ": counts classes in an order that only the devkit's meta.mat explains; needed is one of "
                            + String.join(", ", LISTS))
                    .orElseGet(() ->
                            "%s: its pictures are not sorted into folders of classes, and neither here nor in %s is a list of their classes; sort them, or add one of %s"
                                    .formatted(val, folder, String.join(", ", LISTS))));
        }
        return ImageFolder.labelled(train.classNames(), pictures, labels(list, pictures, train.classNames()));
    }

    private static ImageFolder sorted(Path val, ImageFolder train) throws IOException {
        ImageFolder part = Datasets.part(val, train);
        if (part == null) {
            throw new DatasetException("%s: expected the validation images there, found nothing".formatted(val));
        }
        return part;
    }

    private static boolean isPicture(Path file) {
        String name = file.getFileName().toString();
        return !LISTS.contains(name) && !name.equals(OF_THE_DEVKIT);
    }

    private static Optional<Path> first(List<Path> folders, List<String> names) {
        return folders.stream()
                .flatMap(folder -> names.stream().map(folder::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /// The class of each picture, in their order.
    private static int[] labels(Path list, List<Path> pictures, List<String> classNames) throws IOException {
        Listed listed = read(list, classNames);
        if (!listed.byName.isEmpty()) {
            int[] labels = new int[pictures.size()];
            for (int i = 0; i < labels.length; i++) {
                @Nullable
                Integer label = listed.byName.get(
                        withoutEnding(pictures.get(i).getFileName().toString()));
                if (label == null) {
                    throw new DatasetException("%s: says nothing about %s".formatted(list, pictures.get(i)));
                }
                labels[i] = label;
            }
            return labels;
        }
        if (listed.inOrder.size() != pictures.size()) {
            throw new DatasetException("%s: has %,d lines for the %,d pictures of %s"
                    .formatted(
                            list,
                            listed.inOrder.size(),
                            pictures.size(),
                            pictures.getFirst().getParent()));
        }
        return listed.inOrder.stream().mapToInt(Integer::intValue).toArray();
    }

    /// What a list says.
    ///
    /// @param byName  numbers of classes by the names of pictures, without their endings
    /// @param inOrder numbers of classes of lines that name no picture
    private record Listed(Map<String, Integer> byName, List<Integer> inOrder) {}

    private static Listed read(Path list, List<String> classNames) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : classNames) {
            numbers.put(name, numbers.size());
        }
        Listed listed = new Listed(new HashMap<>(), new ArrayList<>());
        List<String> lines = Files.readAllLines(list, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = List.of(SEPARATOR.split(lines.get(i).strip(), -1));
            String first = words.getFirst();
            if (first.isEmpty() || first.equals("ImageId")) {
                continue;
            }
            if (words.size() > 1) {
                listed.byName.put(withoutEnding(first), label(list, i + 1, words.get(1), numbers));
            } else if (ID.matcher(first).matches()) {
                listed.inOrder.add(label(list, i + 1, first, numbers));
            } else {
                throw new DatasetException(
                        "%s: line %,d: expected the name of a picture and its class, or an id such as n01440764, found \"%s\""
                                .formatted(list, i + 1, first));
            }
        }
        return listed;
    }

    /// @param word an id, or a number
    private static int label(Path list, int line, String word, Map<String, Integer> numbers) throws DatasetException {
        Integer number = numbers.get(word);
        if (number == null && word.matches("\\d{1,4}") && Integer.parseInt(word) < CLASSES) {
            number = Integer.valueOf(word);
        }
        if (number == null) {
            throw new DatasetException(
                    "%s: line %,d: expected the id of a class or its number from 0 to 999, found \"%s\""
                            .formatted(list, line, word));
        }
        return number;
    }

    private static String withoutEnding(String name) {
        int dot = name.lastIndexOf('.');
        String plain = dot < 0 ? name : name.substring(0, dot);
        return plain.substring(plain.lastIndexOf('/') + 1);
    }
}
