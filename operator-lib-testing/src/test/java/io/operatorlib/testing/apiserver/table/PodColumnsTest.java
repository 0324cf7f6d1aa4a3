package io.operatorlib.testing.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodColumnsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{phase: Pending} | 0/1 Pending 0",
                "{phase: Running, containerStatuses: [{name: c, ready: true, restartCount: 0, state: {running: {}}}]}"
                        + " | 1/1 Running 0",
                "{phase: Running, containerStatuses: [{name: c, ready: false, restartCount: 3,"
                        + " state: {waiting: {reason: CrashLoopBackOff}},"
                        + " lastState: {terminated: {finishedAt: '2026-01-01T00:09:30Z'}}}]}"
                        + " | 0/1 CrashLoopBackOff 3 (30s ago)",
                "{phase: Succeeded, containerStatuses: [{name: c, state: {terminated: {reason: Completed}}}]}"
                        + " | 0/1 Completed 0",
                "{phase: Failed, containerStatuses: [{name: c, state: {terminated: {exitCode: 2}}}]}"
                        + " | 0/1 ExitCode:2 0",
                "{phase: Failed, reason: Evicted} | 0/1 Evicted 0",
                "{phase: Pending, initContainerStatuses: [{name: i, restartCount: 1, state: {running: {}}}]}"
                        + " | 0/1 Init:0/1 1",
                "{phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 1,"
                        + " reason: Error}}}]} | 0/1 Init:Error 0"
            })
    void tellsTheStateInOneWord(String status, String expected) {
        String pod = "{metadata: {name: p}, spec: {containers: [{name: c}], initContainers: [{name: i}]}, status: "
                + status + "}";
        View view = new View(JsonParser.parseString(pod), NOW);
        assertThat(PodColumns.columns().stream()
                        .skip(1)
                        .limit(3)
                        .map(column -> column.cell().apply(view).getAsString())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @org.junit.jupiter.api.Test
    void aPodThatIsBeingDeletedIsTerminating() {
        View view =
                new View(JsonParser.parseString("{metadata: {deletionTimestamp: x}, status: {phase: Running}}"), NOW);
        assertThat(PodColumns.columns().get(2).cell().apply(view).getAsString()).isEqualTo("Terminating");
    }
}
