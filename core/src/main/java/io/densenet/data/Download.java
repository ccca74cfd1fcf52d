package io.densenet.data;

import io.densenet.data.NamedDataset.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Fetches published files and keeps only what has the publisher's checksum. Nothing is fetched unless somebody
/// asks.
///
/// Each file is written beside its target under another name, checked, and moved there in one step; a file that
/// is already there is never overwritten.
public final class Download {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MILLIS = 100;

    private final URI base;
    private final Duration patience;
    private final Progress progress;

    /// Who is told how far a download is.
    public interface Progress {
        /// Told from time to time while a file arrives, and at its end.
        ///
        /// @param total bytes of the whole file, or -1 when the server does not say
        void received(String file, long bytes, long total);
    }

    /// A way to fetch files from one place.
    ///
    /// @param base     address of the folder with the files; ends with a slash
    /// @param patience how long a server may take to answer, or to send nothing in the middle of a file
    public Download(URI base, Duration patience, Progress progress) {
        this.base = base;
        this.patience = patience;
        this.progress = progress;
    }

    /// Fetches a named data set from where it is published.
    ///
    /// @param folder where its files go; see [DatasetPlaces#downloadFolder(NamedDataset)]
    public static void dataset(NamedDataset dataset, Path folder, Progress progress) throws IOException {
        new Download(dataset.address(), PATIENCE, progress).fetch(dataset.files(), folder);
    }

    /// Fetches those of the files that are not in the folder yet.
    ///
    /// @throws DatasetException when a file cannot be fetched or has another checksum than published; also
    ///     when the folder already holds a file of that name with another checksum
    public void fetch(List<PublishedFile> files, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (PublishedFile file : files) {
            Path target = folder.resolve(file.name());
            if (Files.exists(target)) {
                String found = md5(target);
                if (!found.equals(file.md5())) {
                    throw new DatasetException(
                            "%s: is there already, but its MD5 is %s, expected %s; move it away and try again"
                                    .formatted(target, found, file.md5()));
                }
            } else {
                fetch(file, target);
            }
        }
    }

    private void fetch(PublishedFile file, Path target) throws IOException {
        URI address = base.resolve(file.name());
        Path temporary = target.resolveSibling(
                file.name() + ".part-" + ProcessHandle.current().pid());
        Files.deleteIfExists(temporary);
        Files.createFile(temporary);
        try {
            receive(address, file.name(), temporary);
            String found = md5(temporary);
            if (!found.equals(file.md5())) {
                throw new DatasetException("%s: expected the MD5 %s, found %s in %,d bytes; nothing was kept"
                        .formatted(address, file.md5(), found, Files.size(temporary)));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void receive(URI address, String name, Path temporary) throws IOException {
        AtomicLong total = new AtomicLong(-1);
        BodyHandler<Path> handler = response -> {
            if (response.statusCode() != 200) {
                return BodySubscribers.replacing(temporary);
            }
            total.set(response.headers().firstValueAsLong("Content-Length").orElse(-1));
            return BodySubscribers.ofFile(temporary);
        };
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(patience)
                .build();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(address).timeout(patience).build();
            CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(request, handler);
            int status = await(answer, address, name, temporary, total).statusCode();
            if (status != 200) {
                throw new DatasetException("%s: the server answered %d, expected 200".formatted(address, status));
            }
            long bytes = Files.size(temporary);
            progress.received(name, bytes, bytes);
        } finally {
            client.shutdownNow();
        }
    }

    /// Waits as long as the file keeps growing.
    private HttpResponse<Path> await(
            CompletableFuture<HttpResponse<Path>> answer, URI address, String name, Path temporary, AtomicLong total)
            throws IOException {
        long received = 0;
        long lastGrowth = System.nanoTime();
        while (true) {
            try {
                return answer.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                long now = Files.size(temporary);
                if (now > received) {
                    received = now;
                    lastGrowth = System.nanoTime();
                    progress.received(name, received, total.get());
                } else if (System.nanoTime() - lastGrowth > patience.toNanos()) {
                    throw new DatasetException("%s: nothing came for %d seconds after %,d bytes; try again later"
                            .formatted(address, patience.toSeconds(), received));
                }
            } catch (ExecutionException failure) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                throw new DatasetException("%s: cannot be fetched: %s".formatted(address, cause), cause);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException(address + ": interrupted");
            }
        }
    }

    private static String md5(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("MD5"); // what the publishers give
            new DigestInputStream(stream, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has MD5", impossible);
        }
    }
}
