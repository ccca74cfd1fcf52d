package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    private Path folder;

    @Test
    void classesAreNumberedByCodePointWhateverTheScript() throws IOException {
        put("고양이/나비.png", "grey.png");
        put("猫/1.jpg", "grey.jpg");
        put("zebra/z.png", "rgb.png");
        put("Ape/a.png", "rgb.png");
        put("𠮷/1.png", "rgb.png"); // U+20BB7, last by code point though not by UTF-16 unit
        put("ﾈｺ/1.png", "rgb.png"); // U+FF88
        ImageFolder images = ImageFolder.of(folder);
        assertEquals(List.of("Ape", "zebra", "猫", "고양이", "ﾈｺ", "𠮷"), images.classNames());
        assertEquals(6, images.size());
        assertEquals(3, images.label(3));
        assertEquals(folder.resolve("고양이").resolve("나비.png"), images.file(3));
        assertArrayEquals(
                TestImages.decoded("images/grey.png").pixels(), images.image(3).pixels());
    }

    @Test
    void picturesOfAClassStandInTheOrderOfTheirNames() throws IOException {
        for (String name : List.of("10.png", "9.png", "B.png", "a.png")) {
            put("c/" + name, "grey.png");
        }
        ImageFolder images = ImageFolder.of(folder);
        List<String> names = IntStream.range(0, images.size())
                .mapToObj(i -> String.valueOf(images.file(i).getFileName()))
                .toList();
        assertEquals(List.of("10.png", "9.png", "B.png", "a.png"), names);
    }

    @Test
    void hiddenFilesAreIgnored() throws IOException {
        put("cat/1.png", "grey.png");
        put("cat/.DS_Store", "grey.png");
        put(".git/1.png", "grey.png");
        put("loose.png", "grey.png");
        ImageFolder images = ImageFolder.of(folder);
        assertEquals(1, images.size());
        assertEquals(List.of("cat"), images.classNames());
    }

    @Test
    void anEmptyClassIsRefusedByName() throws IOException {
        put("cat/1.png", "grey.png");
        Files.createDirectory(folder.resolve("강아지"));
        DatasetException refused = assertThrows(DatasetException.class, () -> ImageFolder.of(folder));
        assertEquals(
                folder.resolve("강아지") + ": the folder of this class has no pictures; add some or remove the folder",
                refused.getMessage());
    }

    @Test
    void aFolderWithoutClassesAndNoFolderAtAllAreRefused() throws IOException {
        DatasetException noClasses = assertThrows(DatasetException.class, () -> ImageFolder.of(folder));
        assertTrue(String.valueOf(noClasses.getMessage()).endsWith("expected one folder for each class, found none"));
        DatasetException nothing =
                assertThrows(DatasetException.class, () -> ImageFolder.of(folder.resolve("nowhere")));
        assertTrue(String.valueOf(nothing.getMessage()).endsWith("found nothing"));
        Path file = Files.createFile(folder.resolve("file"));
        DatasetException aFile = assertThrows(DatasetException.class, () -> ImageFolder.of(file));
        assertTrue(String.valueOf(aFile.getMessage()).endsWith("found a file"));
    }

    @Test
    void aFileThatIsNoPictureIsNamedWhenItIsRead() throws IOException {
        Path file = folder.resolve("cat").resolve("readme.txt");
        Files.createDirectories(folder.resolve("cat"));
        Files.writeString(file, "no picture");
        ImageFolder images = ImageFolder.of(folder);
        IOException refused = assertThrows(IOException.class, () -> images.image(0));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(file.toString()), refused::getMessage);
    }

    private void put(String name, String fixture) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(folder.resolve(name).resolve("..").normalize());
        Files.write(file, TestImages.resource("images/" + fixture));
    }
}
