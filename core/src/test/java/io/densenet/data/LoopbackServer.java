package io.densenet.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A web server that answers with exactly the given bytes, so that it can also answer wrongly, cut, or not at
/// all.
final class LoopbackServer implements AutoCloseable {
    /// What the server sends, and whether it keeps the connection open afterwards without another word.
    record Answer(String head, byte[] body, boolean thenHangs) {}

    private final ServerSocket socket;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    LoopbackServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    void start() {
        Thread.ofPlatform().daemon().name("loopback-server").start(this::accept);
    }

    void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    int requests() {
        return requests.get();
    }

    URI address(String path) {
        return URI.create("http://localhost:" + socket.getLocalPort() + path);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofPlatform().daemon().name("loopback-connection").start(() -> serve(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            String request = reader.readLine();
            String line = request;
            while (line != null && !line.isEmpty()) {
                line = reader.readLine();
            }
            if (request == null) {
                return;
            }
            requests.incrementAndGet();
            String path = request.substring(request.indexOf('/'), request.lastIndexOf(' '));
            Answer answer = answers.getOrDefault(path, new Answer("404 Not Found", new byte[0], false));
            OutputStream out = connection.getOutputStream();
            if (!answer.head.isEmpty()) {
                String head = "HTTP/1.1 " + answer.head + "\r\nConnection: close\r\n\r\n";
                out.write(head.getBytes(StandardCharsets.UTF_8));
                out.write(answer.body);
                out.flush();
            }
            if (answer.thenHangs) {
                closed.await();
            }
        } catch (IOException _) {
            // the other side has given up, as some tests want it to
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
