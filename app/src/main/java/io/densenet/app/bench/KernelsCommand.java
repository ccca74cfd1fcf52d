package io.densenet.app.bench;

import io.densenet.app.engine.Needs;
import io.densenet.app.engine.Peers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `densenet bench kernels`: the inner loops of the fused engine, by JMH, in a process of its own.
@Command(
        name = "kernels",
        description = "Measures the inner loops of this project's engine, with JMH.",
        customSynopsis = "densenet bench kernels [JMH ARGUMENTS]",
        footer = {
            "",
            "Arguments are JMH's: a regular expression of the benchmarks' names, -f forks, -wi and -i iterations,",
            "-rf json -rff FILE for the results, -l to list. The columns 'gigaflops' and 'gigabytes' are a second.",
            "",
            "Examples:",
            "  densenet bench kernels product",
            "  densenet bench kernels -f 1 -wi 3 -i 5",
        })
final class KernelsCommand implements Callable<Integer>, Needs {
    private static final String MAIN = "org.openjdk.jmh.Main";

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> command = WorkerProcess.javaCommand(Peers.classPath());
        command.add(MAIN);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            return process.waitFor();
        } finally {
            process.destroy();
        }
    }

    @Override
    public boolean usesLibTorch() {
        return false;
    }

    @Override
    public boolean usesPeers() {
        return true;
    }
}
