package io.densenet.app.bench;

import io.densenet.app.engine.Peers;
import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A [Worker] in a process of its own, seen from the process that started it. It has the Java, the flags and
/// the environment of this one, and lives until it is closed.
final class WorkerProcess implements AutoCloseable {
    private static final long GRACE_SECONDS = 10;
    private static final int LAST_LINES = 3;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final Path errors;

    private String version = "";
    private String description = "";

    private WorkerProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.errors = errors;
    }

    /// Starts a contestant and waits until it is ready.
    ///
    /// @param threads of contestants that do not say
    /// @throws CommandFailure when it cannot be opened
    static WorkerProcess contestant(EngineSpec spec, Workload workload, int threads) throws IOException {
        List<String> arguments = new ArrayList<>(workload.arguments());
        arguments.add("--engine=" + spec.label());
        arguments.add("--all-threads=" + threads);
        return start(spec.label(), spec.engine().isPeer() ? Peers.classPath() : List.of(), arguments);
    }

    /// Starts the process that measures the ceiling.
    static WorkerProcess ceiling() throws IOException {
        return start("the ceiling", List.of(), List.of());
    }

    private static WorkerProcess start(String name, List<String> morePath, List<String> arguments) throws IOException {
        Path errors = Files.createTempFile("densenet-bench", ".txt");
        List<String> command = javaCommand(morePath);
        command.add(Worker.class.getName());
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        WorkerProcess worker = new WorkerProcess(name, process, errors);
        try {
            String[] ready = worker.answer();
            worker.version = ready[1];
            worker.description = ready[2];
            return worker;
        } catch (IOException | RuntimeException | Error e) {
            worker.close();
            throw e;
        }
    }

    /// The process itself, for those who watch it.
    ProcessHandle handle() {
        return process.toHandle();
    }

    /// This Java with the same flags, up to the class that it runs.
    static List<String> javaCommand(List<String> morePath) {
        List<String> path = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        path.addAll(morePath);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
        return command;
    }

    String version() {
        return version;
    }

    String description() {
        return description;
    }

    Turn.Outcome take(Turn turn) throws IOException {
        String[] answer = ask("%s %d %s".formatted(Protocol.TURN, turn.steps(), turn.seconds()));
        return new Turn.Outcome(Integer.parseInt(answer[1]), Double.parseDouble(answer[2]));
    }

    /// The machine's ceiling in 10⁹ operations a second.
    double ceiling(int threads) throws IOException {
        return Double.parseDouble(ask(Protocol.CEILING + " " + threads)[1]);
    }

    /// The most memory that it ever held; 0 if nobody knows.
    long peakResidentBytes() throws IOException {
        return Long.parseLong(ask(Protocol.PEAK)[1]);
    }

    private String[] ask(String request) throws IOException {
        try {
            requests.write(request + "\n");
            requests.flush();
        } catch (IOException e) {
            throw ended();
        }
        return answer();
    }

    private String[] answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(Protocol.MARK)) {
                String[] words = line.substring(Protocol.MARK.length()).split("\t", -1);
                if (words[0].equals(Protocol.FAILED)) {
                    throw new CommandFailure(ExitCode.valueOf(words[1]), name + ": " + words[2]);
                }
                return words;
            }
        }
        throw ended();
    }

    /// A process that is gone without a word: what it said at the end is all that there is.
    private CommandFailure ended() throws IOException {
        boolean interrupted = false;
        try {
            process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        String[] lines = Files.readString(errors).strip().split("\\R", -1);
        String last =
                String.join(" / ", Arrays.copyOfRange(lines, Math.max(0, lines.length - LAST_LINES), lines.length));
        return new CommandFailure(
                ExitCode.INPUT_OUTPUT,
                "%s: its process ended%s, saying: %s"
                        .formatted(
                                name,
                                process.isAlive() ? "" : " with exit code " + process.exitValue(),
                                last.isEmpty() ? "nothing" : last));
    }

    /// Lets it end, and ends it if it does not.
    @Override
    public void close() throws IOException {
        try (requests) {
            requests.write(Protocol.END + "\n");
        } catch (IOException e) {
            // it is gone already
        }
        boolean interrupted = false;
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        answers.close();
        Files.deleteIfExists(errors);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
