package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.KubeApis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program behind {@code ./quickstart}, from its first line to its last process. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600) // a story takes forty seconds where nothing else runs
class QuickstartIT {
    private static final String SIGINT = "130";

    @Test
    void tellsTheWholeStoryAndLeavesNothing(@TempDir Path folder) throws Exception {
        try (var told = new Told(folder)) {
            told.await("Delete: ");
            told.seeProcesses();
            told.await("The end: everything was stopped");
            assertThat(told.exitCode()).isEqualTo("0");
            assertThat(told.lines())
                    .filteredOn(line -> line.contains("writes acknowledged"))
                    .hasSize(2)
                    .allMatch(line -> line.contains(", 0 lost,"));
            told.assertNothingLeft();
        }
    }

    @Test
    void ctrlCInTheMiddleLeavesNeitherAProcessNorAFolder(@TempDir Path folder) throws Exception {
        try (var told = new Told(folder)) {
            told.await("three healthy voters");
            told.seeProcesses();
            told.interrupt();
            assertThat(told.exitCode()).isEqualTo(SIGINT);
            assertThat(told.lines()).last().asString().contains("Ended early: everything was stopped");
            assertThat(told.complaints()).isEmpty();
            told.assertNothingLeft();
        }
    }

    @Test
    void keepLeavesAClusterToLookAtUntilCtrlC(@TempDir Path folder) throws Exception {
        try (var told = new Told(folder, "--keep")) {
            told.await("The cluster stays up");
            var kubeconfig = told.await("export KUBECONFIG=").replaceFirst(".*KUBECONFIG=", "");
            var stage = new Stage(KubeApis.fromKubeconfig(Path.of(kubeconfig)));
            assertThat(stage.healthyVoters("db")).hasSize(3);
            told.seeProcesses();
            told.interrupt();
            assertThat(told.exitCode()).isEqualTo(SIGINT);
            told.assertNothingLeft();
        }
    }

    /** A run of the program, with a folder for temporary files of its own. */
    private static final class Told implements AutoCloseable {
        private final Path folder;
        private final Path errors;
        private final Process process;
        private final BufferedReader out;
        private final List<String> lines = new ArrayList<>();
        private final Set<ProcessHandle> seen = new HashSet<>();

        Told(Path place, String... options) throws IOException {
            folder = Files.createDirectory(place.resolve("tmp"));
            errors = place.resolve("errors");
            var machine = Shipped.machine();
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // as ./quickstart has them
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.io.tmpdir=" + folder,
                    "-cp",
                    Shipped.classPath(),
                    Quickstart.class.getName(),
                    "--etcd",
                    machine.etcd().toString(),
                    "--operator",
                    machine.operator().toString()));
            command.addAll(List.of(options));
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Reads on up to a line with that text. */
        String await(String text) throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (line.contains(text)) {
                    return line;
                }
            }
            throw new AssertionError("ended before it said: " + text + "\n" + String.join("\n", lines) + complaints());
        }

        void seeProcesses() {
            process.descendants().forEach(seen::add);
            assertThat(seen).as("the operator and etcd run").hasSizeGreaterThan(2);
        }

        void interrupt() {
            Kill.send("INT", process.pid());
        }

        String exitCode() throws IOException, InterruptedException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return String.valueOf(process.exitValue());
        }

        List<String> lines() {
            return lines;
        }

        String complaints() throws IOException {
            return Files.readString(errors);
        }

        void assertNothingLeft() throws IOException {
            assertThat(seen).filteredOn(ProcessHandle::isAlive).isEmpty();
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .filteredOn(name -> !name.startsWith("hsperfdata"))
                        .isEmpty();
            }
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            out.close();
        }
    }
}
