package io.densenet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.LoopbackServer.Answer;
import io.densenet.data.NamedDataset.PublishedFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class DownloadTest {
    private static final byte[] CONTENT =
            "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.UTF_8);
    private static final PublishedFile FILE = new PublishedFile("fox.gz", "9e107d9d372bb6826bd81d3542a419d6");

    @TempDir
    private Path folder;

    private final List<String> progress = new ArrayList<>();
    private final LoopbackServer server;

    DownloadTest() throws IOException {
        server = new LoopbackServer();
    }

    @BeforeEach
    void listen() {
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aFileWithTheRightChecksumIsKept() throws IOException {
        answer("200 OK\r\nContent-Length: 43", CONTENT);
        fetch();
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("fox.gz")));
        assertEquals("fox.gz 43 of 43", progress.getLast());
        assertOnly("fox.gz");
    }

    @Test
    void redirectsAreFollowed() throws IOException {
        server.answer("/data/fox.gz", new Answer("302 Found\r\nLocation: /elsewhere", new byte[0], false));
        server.answer("/elsewhere", new Answer("200 OK\r\nContent-Length: 43", CONTENT, false));
        fetch();
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("fox.gz")));
    }

    @Test
    void aFileWithoutAnnouncedLengthIsKept() throws IOException {
        answer("200 OK", CONTENT);
        fetch();
        assertOnly("fox.gz");
    }

    @Test
    void aFileThatIsThereIsNotFetchedAgain() throws IOException {
        answer("200 OK\r\nContent-Length: 43", CONTENT);
        fetch();
        fetch();
        assertEquals(1, server.requests());
    }

    @Test
    void aFileOfTheUserWithAnotherChecksumIsKeptAndNamed() throws IOException {
        answer("200 OK\r\nContent-Length: 43", CONTENT);
        Path own = Files.writeString(folder.resolve("fox.gz"), "mine");
        assertRefused(own + ": is there already, but its MD5 is");
        assertEquals("mine", Files.readString(own));
        assertEquals(0, server.requests());
    }

    @Test
    void aMissingFileGivesTheServersAnswer() throws IOException {
        answer("404 Not Found\r\nContent-Length: 4", "gone".getBytes(StandardCharsets.UTF_8));
        assertRefused(base() + "fox.gz: the server answered 404, expected 200");
        assertOnly();
    }

    @Test
    void aWrongChecksumKeepsNothing() throws IOException {
        answer("200 OK\r\nContent-Length: 3", new byte[3]);
        assertRefused(
                base()
                        + "fox.gz: expected the MD5 9e107d9d372bb6826bd81d3542a419d6, found 693e9af84d3dfcc71e640e005bdc5e2e in 3 bytes");
        assertOnly();
    }

    @Test
    void aCutAnswerKeepsNothing() throws IOException {
        answer("200 OK\r\nContent-Length: 100", CONTENT);
        assertRefused(base() + "fox.gz: cannot be fetched");
        assertOnly();
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        server.answer("/data/fox.gz", new Answer("", new byte[0], true));
        assertRefused(base() + "fox.gz:");
        assertOnly();
    }

    @Test
    void aServerThatStopsInTheMiddleIsGivenUp() throws IOException {
        server.answer("/data/fox.gz", new Answer("200 OK\r\nContent-Length: 100", CONTENT, true));
        assertRefused(base() + "fox.gz: nothing came for 1 seconds after 43 bytes");
        assertEquals("fox.gz 43 of 100", progress.getLast());
        assertOnly();
    }

    @Test
    void nobodyListeningIsReported() throws IOException {
        URI address = base();
        server.close();
        assertRefused(address + "fox.gz: cannot be fetched");
    }

    private void answer(String head, byte[] body) {
        server.answer("/data/fox.gz", new Answer(head, body, false));
    }

    private URI base() {
        return server.address("/data/");
    }

    private void fetch() throws IOException {
        new Download(
                        base(),
                        Duration.ofSeconds(1),
                        (file, bytes, total) -> progress.add("%s %d of %d".formatted(file, bytes, total)))
                .fetch(List.of(FILE), folder);
    }

    private void assertRefused(String start) {
        DatasetException refused = assertThrows(DatasetException.class, this::fetch);
        assertTrue(String.valueOf(refused.getMessage()).startsWith(start), refused::getMessage);
    }

    private void assertOnly(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(names),
                    files.map(file -> String.valueOf(file.getFileName())).toList());
        }
    }
}
