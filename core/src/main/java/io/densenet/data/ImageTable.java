package io.densenet.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// Pictures of any number of classes each, listed in a CSV file: the first column names the file, seen from the
/// folder of the table, and each further column is a class, which its header names.
///
///     image,Cardiomegaly,Effusion
///     images/0001.png,1,0
///     images/0002.png,0,
///
/// 1 says that the picture is of the class and 0 that it is not. An empty cell or -1 says that nobody knows, as
/// in CheXpert's tables: the cell counts neither in training nor in a test.
///
/// Pictures are decoded anew each time they are asked for.
public final class ImageTable implements ImageDataset {
    private final List<String> classNames;
    private final List<Path> files;
    private final List<float[]> targets;

    private ImageTable(List<String> classNames, List<Path> files, List<float[]> targets) {
        this.classNames = classNames;
        this.files = files;
        this.targets = targets;
    }

    /// Reads a table and looks whether its pictures are there; none is opened yet.
    ///
    /// @throws DatasetException when it is no such table, or a picture is missing; the message names the line
    public static ImageTable of(Path csv) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setIgnoreEmptyLines(true)
                .setTrim(true)
                .get();
        try (CSVParser rows = CSVParser.parse(Files.newBufferedReader(csv), format)) {
            Iterator<CSVRecord> records = rows.iterator();
            if (!records.hasNext()) {
                throw new DatasetException(
                        csv + ": is empty; expected a line 'image,CLASS,CLASS…' and a line for each picture");
            }
            List<String> classNames = classNames(csv, records.next().toList());
            List<Path> files = new ArrayList<>();
            List<float[]> targets = new ArrayList<>();
            while (records.hasNext()) {
                List<String> cells = records.next().toList();
                long line = rows.getCurrentLineNumber();
                if (cells.size() != classNames.size() + 1) {
                    throw new DatasetException("%s: line %d: expected %d cells, as the first line has, found %d"
                            .formatted(csv, line, classNames.size() + 1, cells.size()));
                }
                files.add(file(csv, line, cells.getFirst()));
                targets.add(targets(csv, line, cells, classNames));
            }
            if (files.isEmpty()) {
                throw new DatasetException(csv + ": lists no pictures; expected a line for each behind the first one");
            }
            return new ImageTable(List.copyOf(classNames), List.copyOf(files), List.copyOf(targets));
        } catch (UncheckedIOException e) {
            String reason = e.getCause() instanceof CharacterCodingException
                    ? "it is not in UTF-8"
                    : innermost(e).getMessage();
            throw new DatasetException("%s: cannot be read as CSV: %s".formatted(csv, reason), e);
        }
    }

    private static Throwable innermost(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }

    private static List<String> classNames(Path csv, List<String> header) throws DatasetException {
        List<String> names = new ArrayList<>();
        for (int column = 1; column < header.size(); column++) {
            String name = header.get(column);
            if (name.isEmpty() || names.contains(name)) {
                throw new DatasetException("%s: column %d: expected a class of its own name, found '%s'%s"
                        .formatted(csv, column + 1, name, name.isEmpty() ? "" : " a second time"));
            }
            names.add(name);
        }
        if (names.isEmpty()) {
            throw new DatasetException(
                    "%s: expected a first line 'image,CLASS,CLASS…' with a comma between the columns, found '%s'"
                            .formatted(csv, String.join(",", header)));
        }
        return names;
    }

    private static Path file(Path csv, long line, String cell) throws DatasetException {
        try {
            Path file = csv.resolveSibling(cell);
            if (cell.isBlank() || !Files.isRegularFile(file)) {
                throw new DatasetException("%s: line %d: expected a picture, found no file %s"
                        .formatted(csv, line, cell.isBlank() ? "name" : file));
            }
            return file;
        } catch (InvalidPathException e) {
            throw new DatasetException("%s: line %d: '%s' is no name of a file".formatted(csv, line, cell), e);
        }
    }

    private static float[] targets(Path csv, long line, List<String> cells, List<String> classNames)
            throws DatasetException {
        float[] targets = new float[classNames.size()];
        for (int c = 0; c < targets.length; c++) {
            targets[c] = switch (cells.get(c + 1)) {
                case "1", "1.0" -> 1;
                case "0", "0.0" -> 0;
                case "", "-1", "-1.0" -> Float.NaN;
                case String other ->
                    throw new DatasetException(
                            "%s: line %d, column '%s': expected 1, 0, or for not known -1 or nothing, found '%s'; a column that is no class must be taken out"
                                    .formatted(csv, line, classNames.get(c), other));
            };
        }
        return targets;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Task task() {
        return Task.MULTI_LABEL;
    }

    @Override
    public int label(int index) {
        throw new UnsupportedOperationException("images may have several classes; ask for the targets");
    }

    @Override
    public float[] targets(int index) {
        return targets.get(index).clone();
    }

    /// @throws DatasetException when the file is damaged or no picture
    @Override
    public Image image(int index) throws IOException {
        return ImageFolder.decode(files.get(index));
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
