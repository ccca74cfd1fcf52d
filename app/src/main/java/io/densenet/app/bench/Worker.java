package io.densenet.app.bench;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExceptionHandler;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.options.NetworkOptions;
import io.densenet.cpu.FmaCeiling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The process of one contestant, or without an engine the one that measures the ceiling. Started by
/// [WorkerProcess] and by nobody else; ends when that process does.
public final class Worker {
    /// What it is to run.
    @Command(name = "worker")
    static final class Options {
        @Option(names = "--engine")
        private String engine = "";

        @Option(names = "--all-threads")
        private int threads = 1;

        @Option(names = "--use")
        private Use use = Use.INFER;

        @Option(names = "--batch-size")
        private int batchSize = 1;

        @Mixin
        private final NetworkOptions network = new NetworkOptions();
    }

    private static final int KIBIBYTE = 1024;

    private final PrintStream answers;
    private final BlockingQueue<String> requests;

    private Worker(PrintStream answers, BlockingQueue<String> requests) {
        this.answers = answers;
        this.requests = requests;
    }

    public static void main(String[] arguments) {
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever a library prints is no answer
        Worker worker = new Worker(answers, requests());
        try {
            worker.run(arguments);
            Runtime.getRuntime().halt(0); // threads of native libraries may go on
        } catch (Exception | Error e) {
            ExitCode code = e instanceof CommandFailure failure ? failure.exitCode() : ExitCode.INPUT_OUTPUT;
            e.printStackTrace();
            worker.answer(
                    Protocol.FAILED,
                    code.name(),
                    ExceptionHandler.line(e).lines().findFirst().orElse(""));
            Runtime.getRuntime().halt(code.code());
        }
    }

    /// The lines of standard input. When they stop without [Protocol#END], nobody listens any more, and this
    /// ends.
    private static BlockingQueue<String> requests() {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().name("requests").start(() -> {
            if (!readToTheEnd(requests)) {
                Runtime.getRuntime().halt(ExitCode.INPUT_OUTPUT.code());
            }
        });
        return requests;
    }

    private static boolean readToTheEnd(BlockingQueue<String> requests) {
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                requests.add(line);
                if (line.equals(Protocol.END)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Options options = new Options();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        if (options.engine.isEmpty()) {
            answer(Protocol.READY, "", "");
            serve(new Idle());
        } else {
            try (Contestant contestant = open(options)) {
                answer(Protocol.READY, contestant.version(), contestant.description());
                serve(contestant);
            }
        }
    }

    private static Contestant open(Options options) throws IOException {
        EngineSpec spec = EngineSpec.parse(options.engine);
        Workload workload = new Workload(options.use, options.network.network(), options.batchSize);
        int threads = spec.threadsOr(options.threads);
        return spec.engine().isPeer()
                ? peer(spec.engine(), workload, threads)
                : OwnContestants.open(workload, spec, threads);
    }

    private static Contestant peer(EngineSpec.Engine engine, Workload workload, int threads) {
        var peers = ServiceLoader.load(PeerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(PeerProvider::name, peer -> peer));
        PeerProvider provider = peers.get(engine.toString());
        if (provider == null) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "%s: not among the peers %s of this build".formatted(engine, peers.keySet()));
        }
        return CommandFailure.usage(() -> provider.open(workload, threads));
    }

    private void serve(Contestant contestant) throws IOException, InterruptedException {
        while (true) {
            String[] request = requests.take().split(" ", -1);
            switch (request[0]) {
                case Protocol.TURN -> {
                    Turn turn = new Turn(Integer.parseInt(request[1]), Double.parseDouble(request[2]));
                    Turn.Outcome outcome = turn.take(contestant);
                    answer(Protocol.DONE, Integer.toString(outcome.steps()), Double.toString(outcome.seconds()));
                }
                case Protocol.CEILING ->
                    answer(Protocol.DONE, Double.toString(FmaCeiling.gigaflopsPerSecond(Integer.parseInt(request[1]))));
                case Protocol.PEAK -> answer(Protocol.DONE, Long.toString(peakResidentBytes()));
                case Protocol.END -> {
                    return;
                }
                default -> throw new IllegalStateException("unknown request " + String.join(" ", request));
            }
        }
    }

    /// The most memory that this process ever held, as Linux counts it; 0 elsewhere.
    private static long peakResidentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> KIBIBYTE * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    private void answer(String... words) {
        answers.println(Protocol.MARK + String.join("\t", words));
        answers.flush();
    }

    /// Where no engine is measured.
    private static final class Idle implements Contestant {
        @Override
        public String version() {
            return "";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public void step() {
            throw new IllegalStateException("there is no engine");
        }

        @Override
        public void close() {}
    }
}
