package io.densenet.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.cpu.kernel.Kernels;
import io.densenet.cpu.kernel.ScalarKernels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdviceTest {
    private static final Runtime.Version SOUND = Runtime.Version.parse("25.0.3+9");

    @Test
    void withoutVectorsTheFlagIsNamed() {
        List<String> advice = Advice.of(new ScalarKernels(), SOUND, List.of());
        assertEquals(1, advice.size());
        assertTrue(advice.getFirst().contains("--add-modules jdk.incubator.vector"), advice.getFirst());
    }

    @Test
    void aJvmIsToldOnce() {
        Advice.tellOnce(new ScalarKernels(), _ -> {}); // perhaps another test was first
        List<String> later = new ArrayList<>();
        Advice.tellOnce(new ScalarKernels(), later::add);
        assertEquals(List.of(), later);
    }

    @Test
    void aJdkThatCorruptsArraysAndAnUntestedFlagAreNamed() {
        int vectors = Advice.of(Kernels.best(), SOUND, List.of()).size();
        assertEquals(
                vectors + 1,
                Advice.of(Kernels.best(), Runtime.Version.parse("25.0.2"), List.of())
                        .size());
        assertEquals(
                vectors + 1,
                Advice.of(Kernels.best(), Runtime.Version.parse("25"), List.of())
                        .size());
        assertEquals(
                vectors,
                Advice.of(Kernels.best(), Runtime.Version.parse("26"), List.of())
                        .size());
        assertEquals(
                vectors + 1,
                Advice.of(Kernels.best(), SOUND, List.of("-Xmx1g", "-XX:+UseCompactObjectHeaders"))
                        .size());
    }
}
