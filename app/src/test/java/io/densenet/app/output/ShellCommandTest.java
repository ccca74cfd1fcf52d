package io.densenet.app.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShellCommandTest {
    @Test
    void plainWordsStayAsTheyAre() {
        assertEquals("densenet train --resume runs/실험", ShellCommand.of("train", "--resume", "runs/실험"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"my runs/그림", "it's", "$HOME", "a;b", "", "~/x", "*"})
    void aShellReadsBackWhatWasMeant(String word) throws IOException {
        String command = ShellCommand.of(word).replaceFirst("densenet", "printf %s");
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        assertEquals(word, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
