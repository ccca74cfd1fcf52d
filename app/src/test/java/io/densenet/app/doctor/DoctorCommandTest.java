package io.densenet.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.app.CommandLineRun;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class DoctorCommandTest {
    @Test
    void theReportIsTheSameForPeopleAndPrograms() {
        CommandLineRun text = CommandLineRun.of("doctor");
        JsonNode json = CommandLineRun.of("doctor", "--format", "json").json();
        assertEquals(0, text.exitCode(), text.out());
        assertTrue(text.out().startsWith("densenet " + json.get("version").asString()), text.out());
        assertEquals(8, json.get("checks").size());
        StreamSupport.stream(json.get("checks").spliterator(), false)
                .filter(check -> !check.get("name").asString().equals("Cache")) // its free space moves
                .forEach(check ->
                        assertTrue(text.out().contains(check.get("finding").asString()), check.toString()));
    }
}
