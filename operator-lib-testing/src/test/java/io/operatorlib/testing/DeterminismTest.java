package io.operatorlib.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeterminismTest {

    @Test
    void theSameSeedGivesTheSameEventsInTwoFreshJvms() throws Exception {
        var first = runInItsOwnJvm(42);
        assertThat(first).contains("operator-2/worker").hasLineCount((int) lines(42));
        assertThat(runInItsOwnJvm(42)).isEqualTo(first);
        assertThat(runInItsOwnJvm(43)).isNotEqualTo(first);
    }

    private static long lines(long seed) {
        var lines = new AtomicInteger();
        play(Sim.logged(seed, line -> lines.incrementAndGet()));
        return lines.get();
    }

    private static String runInItsOwnJvm(long seed) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    /** Prints the events of one run. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            play(Sim.logged(Long.parseLong(args[0]), System.out::println));
        }
    }

    private static void play(Sim sim) {
        try (sim) {
            var server = new CountingServer();
            sim.operator(() -> server, ports -> {
                for (int i = 0; i < 5; i++) {
                    ports.scheduler().fork("worker", () -> work(ports));
                }
            });
            sim.pass(Duration.ofSeconds(30));
            sim.crash();
            sim.pass(Duration.ofSeconds(30));
        }
    }

    private static void work(SimPorts ports) {
        while (true) {
            ports.kubeApi().send(CountingServer.POST);
            try {
                ports.scheduler()
                        .sleep(Duration.ofMillis(ports.scheduler().random().nextInt(5000)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
