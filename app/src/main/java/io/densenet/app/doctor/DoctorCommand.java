package io.densenet.app.doctor;

import io.densenet.app.doctor.Check.Verdict;
import io.densenet.app.failure.ExitCode;
import io.densenet.app.output.Json;
import io.densenet.app.output.OutputOptions;
import io.densenet.torch.TorchNatives;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `densenet doctor`: what on this machine helps or hinders, for the user and for bug reports.
@Command(
        name = "doctor",
        description = "Looks at this machine: JDK, processor, memory, libtorch, cache, encoding, fonts.",
        footer = {"", "Exit code 0 unless something keeps the program from running, then 7."})
public final class DoctorCommand implements Callable<Integer> {
    /// The JSON document.
    private record Report(String version, List<Check> checks) {}

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Report report = new Report(
                VersionProvider.version(), new Doctor(TorchNatives.platform(), libTorch(), cache()).checks());
        if (output.isJson()) {
            output.out().println(Json.document(report));
        } else {
            print(report);
        }
        boolean fails = report.checks().stream().anyMatch(check -> check.verdict() == Verdict.FAIL);
        return (fails ? ExitCode.INPUT_OUTPUT : ExitCode.DONE).code();
    }

    private void print(Report report) {
        PrintWriter out = output.out();
        out.println("densenet " + report.version());
        for (Check check : report.checks()) {
            out.println("%-4s  %-8s  %s".formatted(check.verdict(), check.name(), check.finding()));
            if (!check.advice().isEmpty()) {
                out.println(" ".repeat(16) + "→ " + check.advice());
            }
        }
        out.flush();
    }

    /// The version of libtorch, if its native libraries are here.
    private static Optional<String> libTorch() {
        return TorchNatives.isPresent() ? Optional.of(TorchNatives.version()) : Optional.empty();
    }

    /// Where the launcher keeps downloads, or would.
    private static Path cache() {
        return Path.of(System.getProperty("densenet.cache", System.getProperty("user.home") + "/.cache/densenet"));
    }
}
