package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** However the local cluster's program ends, no process is left. */
@Execution(ExecutionMode.CONCURRENT)
class LocalClusterEndTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void killMinusNineOfTheProgramLeavesNoProcess(@TempDir Path folder) throws Exception {
        Process program = program(folder, "left-by-kill");
        assertThat(processes("left-by-kill")).isNotEmpty();
        program.destroyForcibly().waitFor();
        awaitNone("left-by-kill");
    }

    @Test
    void sigtermEndsTheProgramWithItsProcessesAndFiles(@TempDir Path folder) throws Exception {
        Process program = program(folder, "left-by-term");
        program.destroy();
        program.waitFor();
        awaitNone("left-by-term");
        assertThat(Files.exists(folder.resolve("left-by-term"))).isFalse();
    }

    /** Starts the program with a pod whose processes bear a mark, and waits until they run. */
    private static Process program(Path folder, String mark) throws Exception {
        Process program = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Doperatorlib.log=OFF",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MarkedCluster.class.getName(),
                        folder.resolve(mark).toString(),
                        mark))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); !"running".equals(line); line = out.readLine()) {
            assertThat(line).as("the program ended").isNotNull();
        }
        return program;
    }

    private static void awaitNone(String mark) throws InterruptedException, IOException {
        var scheduler = new RealScheduler();
        long end = scheduler.nanoTime() + DEADLINE.toNanos();
        while (!processes(mark).isEmpty()) {
            assertThat(scheduler.nanoTime() - end)
                    .as("left: " + processes(mark))
                    .isNegative();
            scheduler.sleep(Duration.ofMillis(20));
        }
    }

    // the mark is in the environment of everything that the pod has started
    private static List<Long> processes(String mark) throws IOException {
        try (var folders = Files.list(Path.of("/proc"))) {
            return folders.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> environment(path).contains("MARK=" + mark))
                    .map(path -> Long.valueOf(path.getFileName().toString()))
                    .toList();
        }
    }

    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or belongs to somebody else
        }
    }
}
