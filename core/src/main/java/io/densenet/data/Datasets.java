package io.densenet.data;

import io.densenet.data.NamedDataset.PublishedFile;
import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Opens data sets by name, folders of pictures `DIR/{train,val,test}/<class>/*`, or tables of pictures that may have
/// several classes, `DIR/{train,val,test}.csv` or one `FILE.csv`.
public final class Datasets {
    /// Height and width of the pictures of a folder when nobody says otherwise: the paper's for ImageNet.
    public static final int FOLDER_IMAGE_SIZE = 224;

    /// Statistics of the training images are measured on so many of them at most.
    public static final int MOST_IMAGES_MEASURED = 5_000;

    private Datasets() {}

    /// Opens a data set. A known name is that data set, even where a folder is called the same (write
    /// `./cifar10` for the folder); everything else that contains a separator or exists as a folder is a folder.
    ///
    /// Of the places that a named data set is looked for in the first one is taken where it is complete.
    ///
    /// Pictures of a folder are taken in colour and scaled to one size; their normalisation is measured on at
    /// most 5,000 training images, evenly spread.
    ///
    /// @param data            a name or a folder
    /// @param places          where to look for named data sets
    /// @param folderImageSize height and width for the pictures of a folder and of ImageNet;
    ///                        [#FOLDER_IMAGE_SIZE] if in doubt. Other data sets keep their own size
    /// @throws DatasetException when there is no such data set or it is not usable
    /// @throws IOException      when a file of it cannot be read at all
    public static DatasetSplits open(String data, DatasetPlaces places, int folderImageSize) throws IOException {
        Optional<NamedDataset> named = NamedDataset.of(data);
        if (named.isPresent()) {
            try {
                return named(named.get(), places, folderImageSize);
            } catch (MalformedFileException damaged) {
                throw new DatasetException(
                        damaged.getMessage() + "; delete it and say --download to fetch it again", damaged);
            } catch (UnsupportedFormatException other) {
                throw new DatasetException(other.getMessage() + "; or delete it and say --download", other);
            }
        }
        Path folder = asPath(data);
        if (data.endsWith(".csv")) {
            return pictures(folder, ImageTable.of(existing(folder)), null, null, folderImageSize);
        }
        if (data.contains("/") || data.contains(File.separator) || Files.isDirectory(folder)) {
            return folder(folder, folderImageSize);
        }
        String known =
                Arrays.stream(NamedDataset.values()).map(NamedDataset::label).collect(Collectors.joining(", "));
        throw new DatasetException("no data set is called \"%s\" and no folder either; known are %s; or give a folder "
                        .formatted(data, known)
                + "DIR/{train,val,test}/<class>/*, or a table FILE.csv");
    }

    private static Path existing(Path csv) throws DatasetException {
        if (!Files.isRegularFile(csv)) {
            throw new DatasetException("%s: expected a table of pictures, found %s"
                    .formatted(csv, Files.exists(csv) ? "a folder" : "nothing"));
        }
        return csv;
    }

    /// Whether all files of a named data set are in one of the places, or it needs a [Download].
    public static boolean isPresent(NamedDataset dataset, DatasetPlaces places) {
        return dataset == NamedDataset.FASHION_MNIST_MINI
                || sources(dataset, places).stream().anyMatch(Source::isComplete);
    }

    private static Path asPath(String data) throws DatasetException {
        try {
            return Path.of(data);
        } catch (InvalidPathException invalid) {
            throw new DatasetException("\"%s\" is not a name of a folder: %s".formatted(data, invalid.getReason()));
        }
    }

    private static DatasetSplits named(NamedDataset dataset, DatasetPlaces places, int size) throws IOException {
        return switch (dataset) {
            case FASHION_MNIST_MINI -> grey(dataset, shipped("train"), shipped("t10k"));
            case FASHION_MNIST, MNIST -> {
                Path folder = find(dataset, places);
                yield grey(dataset, idx(dataset, folder, "train"), idx(dataset, folder, "t10k"));
            }
            case CIFAR10 -> colour(dataset, CifarBinary.cifar10(find(dataset, places)));
            case CIFAR100 -> colour(dataset, CifarBinary.cifar100(find(dataset, places), CifarBinary.Labels.FINE));
            case CIFAR100_COARSE ->
                colour(dataset, CifarBinary.cifar100(find(dataset, places), CifarBinary.Labels.COARSE));
            case SVHN -> svhn(find(dataset, places));
            case IMAGENET -> ImageNetFolder.open(find(dataset, places), size);
        };
    }

    private static DatasetSplits grey(NamedDataset dataset, ImageDataset train, ImageDataset test) {
        return new DatasetSplits(dataset.label(), train, null, test, dataset.normalization(), 1, 28, 28);
    }

    private static DatasetSplits colour(NamedDataset dataset, CifarBinary.Parts parts) {
        return colour(dataset, parts.train(), parts.test());
    }

    private static DatasetSplits colour(NamedDataset dataset, ImageDataset train, ImageDataset test) {
        return new DatasetSplits(dataset.label(), train, null, test, dataset.normalization(), 3, 32, 32);
    }

    /// The paper trains on the training and the additional images together (§4.1).
    private static DatasetSplits svhn(Path folder) throws IOException {
        List<String> digits = NamedDataset.SVHN.classNames();
        List<ImageDataset> parts = new ArrayList<>();
        for (PublishedFile file : NamedDataset.SVHN.files()) {
            Path path = folder.resolve(file.name());
            if (!Files.isRegularFile(path)) {
                throw new DatasetException("%s: has some files of svhn, but not %s; --download fetches what is missing"
                        .formatted(folder, file.name()));
            }
            parts.add(SvhnFile.open(path, digits));
        }
        return colour(NamedDataset.SVHN, new JoinedDataset(parts.get(0), parts.get(1)), parts.get(2));
    }

    private static ImageDataset shipped(String part) throws IOException {
        NamedDataset dataset = NamedDataset.FASHION_MNIST_MINI;
        String images = dataset.label() + "/" + part + "-images-idx3-ubyte.gz";
        String labels = dataset.label() + "/" + part + "-labels-idx1-ubyte.gz";
        try (InputStream imageStream = resource(images);
                InputStream labelStream = resource(labels)) {
            return IdxFile.read(imageStream, Path.of(images), labelStream, Path.of(labels), dataset.classNames());
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = Datasets.class.getResourceAsStream(name);
        if (stream == null) {
            throw new FileNotFoundException(name + " is missing from the program");
        }
        return stream;
    }

    private static ImageDataset idx(NamedDataset dataset, Path folder, String part) throws IOException {
        return IdxFile.read(
                idxFile(dataset, folder, part + "-images-idx3-ubyte"),
                idxFile(dataset, folder, part + "-labels-idx1-ubyte"),
                dataset.classNames());
    }

    private static Path idxFile(NamedDataset dataset, Path folder, String name) throws DatasetException {
        for (Path file : List.of(folder.resolve(name + ".gz"), folder.resolve(name))) {
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new DatasetException(
                "%s: has some files of %s, but neither %s nor %s.gz; --download fetches what is missing"
                        .formatted(folder, dataset.label(), name, name));
    }

    /// Something that a data set could be read from: a folder, or an archive.
    private record Source(Path path, boolean isComplete) {}

    private static Path find(NamedDataset dataset, DatasetPlaces places) throws DatasetException {
        List<Source> sources = sources(dataset, places);
        String looked = places.candidates(dataset).stream().map(Path::toString).collect(Collectors.joining(", "));
        return sources.stream()
                .filter(Source::isComplete)
                .findFirst()
                .or(() -> sources.stream().findFirst()) // whoever reads it says what is missing
                .map(Source::path)
                .orElseThrow(() ->
                        new DatasetException("%s was not found; looked in %s; %s --data-dir to say where it is"
                                .formatted(
                                        dataset.label(),
                                        looked,
                                        dataset.isDownloadable()
                                                ? "say --download to fetch it, or"
                                                : "it can be had from %s with an account of one's own, never by --download; say"
                                                        .formatted(dataset.address()))));
    }

    /// All that hold at least one file of a data set, in the order in which they are to be preferred.
    private static List<Source> sources(NamedDataset dataset, DatasetPlaces places) {
        List<Source> sources = new ArrayList<>();
        for (Path folder : places.candidates(dataset)) {
            switch (dataset) {
                case FASHION_MNIST_MINI -> {}
                case FASHION_MNIST, MNIST -> {
                    List<PublishedFile> files = dataset.files();
                    long found =
                            files.stream().filter(file -> hasIdx(folder, file)).count();
                    addFolder(sources, folder, found, files.size());
                }
                case CIFAR10 -> addCifar(sources, folder, "cifar-10-batches-bin", CifarBinary.neededFor10(), dataset);
                case CIFAR100, CIFAR100_COARSE ->
                    addCifar(sources, folder, "cifar-100-binary", CifarBinary.neededFor100(), dataset);
                case IMAGENET -> {
                    if (Files.isDirectory(folder.resolve("train"))) {
                        sources.add(new Source(folder, true));
                    }
                }
                case SVHN -> {
                    List<PublishedFile> files = dataset.files();
                    long found = files.stream()
                            .filter(file -> Files.isRegularFile(folder.resolve(file.name())))
                            .count();
                    addFolder(sources, folder, found, files.size());
                }
            }
        }
        return sources;
    }

    private static void addCifar(
            List<Source> sources, Path folder, String inner, List<String> members, NamedDataset dataset) {
        for (Path extracted : List.of(folder, folder.resolve(inner))) {
            long found = members.stream()
                    .filter(member -> Files.isRegularFile(extracted.resolve(member)))
                    .count();
            addFolder(sources, extracted, found, members.size());
        }
        Path archive = folder.resolve(dataset.files().getFirst().name());
        if (Files.isRegularFile(archive)) {
            sources.add(new Source(archive, true));
        }
    }

    private static void addFolder(List<Source> sources, Path folder, long found, int needed) {
        if (found > 0) {
            sources.add(new Source(folder, found == needed));
        }
    }

    private static boolean hasIdx(Path folder, PublishedFile file) {
        return Files.isRegularFile(folder.resolve(file.name()))
                || Files.isRegularFile(folder.resolve(file.name().replace(".gz", "")));
    }

    private static DatasetSplits folder(Path folder, int size) throws IOException {
        Path table = folder.resolve("train.csv");
        if (Files.isRegularFile(table)) {
            ImageTable train = ImageTable.of(table);
            ImageTable validation = part(folder.resolve("val.csv"), train);
            ImageTable test = part(folder.resolve("test.csv"), train);
            return pictures(folder, train, validation, test, size);
        }
        if (!Files.isDirectory(folder.resolve("train"))) {
            throw new DatasetException("%s: expected pictures in %s, or a table train.csv; found neither"
                    .formatted(folder, Path.of("train", "<class>", "*")));
        }
        ImageFolder train = ImageFolder.of(folder.resolve("train"));
        ImageFolder validation = part(folder.resolve("val"), train);
        ImageFolder test = part(folder.resolve("test"), train);
        return pictures(folder, train, validation, test, size);
    }

    /// Pictures of any size, in colour, as the network is to see them.
    private static DatasetSplits pictures(
            Path named, ImageDataset train, @Nullable ImageDataset validation, @Nullable ImageDataset test, int size)
            throws IOException {
        Normalization normalization = ChannelStatistics.of(train, 3, size, size, MOST_IMAGES_MEASURED);
        Path name = named.toAbsolutePath().normalize().getFileName();
        return new DatasetSplits(
                name == null ? named.toString() : name.toString(),
                train,
                validation,
                test,
                normalization,
                3,
                size,
                size);
    }

    /// A part of a data set of tables, which must have the classes of its `train.csv`; null when there is none.
    private static @Nullable ImageTable part(Path table, ImageTable train) throws IOException {
        if (!Files.exists(table)) {
            return null;
        }
        ImageTable part = ImageTable.of(table);
        if (!part.classNames().equals(train.classNames())) {
            throw new DatasetException("%s: expected the columns of train.csv in the same order, %s; found %s"
                    .formatted(table, String.join(",", train.classNames()), String.join(",", part.classNames())));
        }
        return part;
    }

    /// A part of a folder of pictures, which must have the classes of its `train`; null when there is none.
    static @Nullable ImageFolder part(Path folder, ImageFolder train) throws IOException {
        if (!Files.exists(folder)) {
            return null;
        }
        ImageFolder part = ImageFolder.of(folder);
        if (!part.classNames().equals(train.classNames())) {
            throw new DatasetException("%s: expected the classes of train; missing here: %s; missing in train: %s"
                    .formatted(
                            folder,
                            without(train.classNames(), part.classNames()),
                            without(part.classNames(), train.classNames())));
        }
        return part;
    }

    private static String without(List<String> names, List<String> others) {
        List<String> rest = new ArrayList<>(names);
        rest.removeAll(others);
        return rest.isEmpty() ? "none" : String.join(", ", rest);
    }
}
