package io.densenet.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.doctor.Check.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DoctorTest {
    @ParameterizedTest
    @CsvSource({
        "25.0.2+10,    true,  false, WARN, JDK-8377811",
        "25,           true,  false, WARN, JDK-8377811",
        "25.0.2+10,    false, false, OK,   ''",
        "25.0.3+9-LTS, true,  false, OK,   ''",
        "26,           true,  false, OK,   ''",
        "25.0.3+9-LTS, true,  true,  WARN, JDK-8380060",
    })
    void jdksThatCorruptMemoryAreNamed(
            String version, boolean usesG1, boolean compactHeaders, Verdict verdict, String bug) {
        Check check = new JdkCheck(Runtime.Version.parse(version), "Somebody", usesG1, compactHeaders).verdict();
        assertEquals(verdict, check.verdict());
        assertTrue(check.advice().contains(bug), check.advice());
    }

    @Test
    void aProcessorWithoutFusedMultiplyAddIsWarnedAbout() {
        Processor old = Processor.parse(List.of("model name\t: Old One", "flags\t\t: fpu sse2 avx"));
        Processor good = Processor.parse(List.of("model name\t: New One", "flags\t\t: fpu sse2 avx avx2 fma avx512f"));
        assertEquals(Verdict.WARN, old.verdict("amd64", 2).verdict());
        assertEquals(Check.ok("CPU", "New One, 2 cores, avx2 fma avx512f"), good.verdict("amd64", 2));
        Processor arm = Processor.parse(List.of("Features\t: fp asimd bf16"));
        assertEquals(Check.ok("CPU", "aarch64, 4 cores, asimd bf16"), arm.verdict("aarch64", 4));
    }

    @Test
    void everyCheckThatIsNotWellSaysWhatToDo(@TempDir Path folder) throws IOException {
        List<Check> checks = new Doctor("plan9-mips", Optional.empty(), folder.resolve("not/yet")).checks();
        assertEquals(
                List.of("JDK", "System", "CPU", "Memory", "libtorch", "Cache", "Encoding", "Fonts"),
                checks.stream().map(Check::name).toList());
        assertEquals(Verdict.WARN, checks.get(4).verdict(), "our own engine needs no libtorch");
        for (Check check : checks) {
            assertEquals(check.verdict() == Verdict.OK, check.advice().isEmpty(), check.toString());
        }
    }
}
