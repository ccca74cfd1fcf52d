package io.densenet.data;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Pictures in one folder for each class: `FOLDER/<class>/*`.
///
/// Classes are numbered by the order of the folders' names, pictures stand in the order of their files' names,
/// both by code point, so that the numbering does not depend on the machine's language. Hidden files and
/// folders are passed over. Pictures are decoded anew each time they are asked for.
public final class ImageFolder implements ImageDataset {
    private static final Comparator<Path> BY_NAME = Comparator.comparing(
            path -> path.getFileName().toString().codePoints().toArray(), Arrays::compare);

    private final List<String> classNames;
    private final List<Path> files;
    private final int[] labels;

    private ImageFolder(List<String> classNames, List<Path> files, int[] labels) {
        this.classNames = classNames;
        this.files = files;
        this.labels = labels;
    }

    /// Lists a folder; no picture is opened yet.
    ///
    /// @throws DatasetException when there is no such folder, it has no folders of classes, or one of them
    ///     is empty
    public static ImageFolder of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(folder + ": expected a folder with one folder for each class, found "
                    + (Files.exists(folder) ? "a file" : "nothing"));
        }
        List<Path> classes = list(folder, Files::isDirectory);
        if (classes.isEmpty()) {
            throw new DatasetException(folder + ": expected one folder for each class, found none");
        }
        List<String> classNames = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path classFolder : classes) {
            List<Path> members = list(classFolder, Files::isRegularFile);
            if (members.isEmpty()) {
                throw new DatasetException(
                        classFolder + ": the folder of this class has no pictures; add some or remove the folder");
            }
            for (Path member : members) {
                files.add(member);
                labels.add(classNames.size());
            }
            classNames.add(classFolder.getFileName().toString());
        }
        int[] labelOfEach = labels.stream().mapToInt(Integer::intValue).toArray();
        return new ImageFolder(List.copyOf(classNames), List.copyOf(files), labelOfEach);
    }

    /// Pictures whose classes are known from elsewhere.
    ///
    /// @param labels of each file, positions in `classNames`
    static ImageFolder labelled(List<String> classNames, List<Path> files, int[] labels) {
        return new ImageFolder(List.copyOf(classNames), List.copyOf(files), labels.clone());
    }

    /// What lies in a folder and is not hidden, in the order of the names.
    static List<Path> list(Path folder, DirectoryStream.Filter<Path> filter) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".") && filter.accept(entry)) {
                    paths.add(entry);
                }
            }
        }
        paths.sort(BY_NAME);
        return paths;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    /// @throws DatasetException when the file is damaged or no picture
    @Override
    public Image image(int index) throws IOException {
        return decode(files.get(index));
    }

    /// Decodes a picture that a data set was said to have.
    static Image decode(Path file) throws IOException {
        try {
            return ImageDecoder.decode(file);
        } catch (MalformedFileException | UnsupportedFormatException unusable) {
            throw new DatasetException(unusable.getMessage() + "; replace or remove it", unusable);
        }
    }

    /// The file of picture `index`.
    public Path file(int index) {
        return files.get(index);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
