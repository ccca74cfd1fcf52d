package io.densenet.app.bench;

import io.densenet.app.failure.CommandFailure;
import io.densenet.app.failure.ExitCode;
import io.densenet.cpu.MemoryMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// A contestant as the user spells it: `NAME[:OPTION...]`, e.g. `cpu:efficient:threads=1`.
///
/// @param label   as the user spelled it
/// @param memory  what this project's engine keeps while it trains
/// @param threads if they are not those of all contestants
record EngineSpec(String label, Engine engine, MemoryMode memory, OptionalInt threads) {
    private static final String THREADS = "threads=";

    /// Who can be measured.
    enum Engine {
        CPU,
        TORCH,
        DJL,
        ONNXRUNTIME;

        /// The engine that a contestant names, if there is such a one.
        static Optional<Engine> named(String label) {
            String name = words(label).getFirst();
            return Arrays.stream(values())
                    .filter(engine -> engine.toString().equals(name))
                    .findFirst();
        }

        /// Whether it is somebody else's and comes from the module `bench`.
        boolean isPeer() {
            return this == DJL || this == ONNXRUNTIME;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads one contestant.
    ///
    /// @throws CommandFailure when there is no such engine or option
    static EngineSpec parse(String label) {
        List<String> words = words(label);
        Engine engine = Engine.named(label)
                .orElseThrow(() -> usage(
                        label, "expected " + names() + ", with options such as cpu:efficient or torch:threads=1"));
        MemoryMode memory = MemoryMode.STANDARD;
        OptionalInt threads = OptionalInt.empty();
        for (String option : words.subList(1, words.size())) {
            if (option.matches(THREADS + "[1-9][0-9]{0,3}")) {
                threads = OptionalInt.of(Integer.parseInt(option.substring(THREADS.length())));
            } else if (!engine.isPeer() && option.equals(MemoryMode.EFFICIENT.toString())) {
                memory = MemoryMode.EFFICIENT;
            } else {
                throw usage(label, "expected threads=N" + (engine.isPeer() ? "" : " or efficient") + " behind a colon");
            }
        }
        return new EngineSpec(label.strip(), engine, memory, threads);
    }

    /// Whether this can be measured at all.
    ///
    /// @throws CommandFailure when the engine does not do that
    void requireUse(Use use) {
        if (use == Use.TRAIN && engine == Engine.ONNXRUNTIME) {
            throw usage(label, "ONNX Runtime only infers; leave it out, or use 'bench infer'");
        }
        if (use == Use.INFER && memory == MemoryMode.EFFICIENT) {
            throw usage(label, "'efficient' is a way to train; leave it out, or use 'bench train'");
        }
    }

    int threadsOr(int all) {
        return threads.orElse(all);
    }

    private static List<String> words(String label) {
        return Arrays.asList(label.strip().toLowerCase(Locale.ROOT).split(":", -1));
    }

    private static String names() {
        return Arrays.stream(Engine.values()).map(Engine::toString).collect(Collectors.joining(", "));
    }

    private static CommandFailure usage(String label, String expected) {
        return new CommandFailure(ExitCode.USAGE, "--engines: '%s': %s".formatted(label.strip(), expected));
    }
}
