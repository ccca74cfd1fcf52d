package io.densenet.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real bash, asked as if somebody had pressed the tab key.
final class CompletionCommandTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void generate() throws IOException {
        CommandLineRun run = CommandLineRun.of("completion");
        assertEquals(0, run.exitCode(), run.err());
        Files.writeString(folder.resolve("completion.bash"), run.out());
    }

    @Test
    void commandsAreCompleted() throws IOException, InterruptedException {
        assertEquals(Set.of("train"), completions("densenet", "tr"));
        assertEquals(Set.of("reuse"), completions("densenet", "analyze", "re"));
    }

    @Test
    void optionsAreCompletedAndSoAreTheirChoices() throws IOException, InterruptedException {
        assertEquals(Set.of("--weights", "--weight-decay"), completions("densenet", "train", "--wei"));
        assertEquals(Set.of("--topk"), completions("densenet", "predict", "--to"));
        assertEquals(Set.of("efficient"), completions("densenet", "train", "--memory", "eff"));
    }

    private static Set<String> completions(String... words) throws IOException, InterruptedException {
        String script = """
                source "$0"
                compopt() { :; } # for a line editor that is not there
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
                _complete_densenet
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        var command = new ArrayList<>(
                List.of("bash", "-c", script, folder.resolve("completion.bash").toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), out);
        return Set.of(out.strip().split("\\s+"));
    }
}
