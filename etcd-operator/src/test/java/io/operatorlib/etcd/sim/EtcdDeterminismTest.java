package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.CrashPoint;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.Sim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same seed gives the same events, bit for bit, wherever and whenever it is played. */
class EtcdDeterminismTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    /** The home of another JDK to compare with; by default one of Java 25 is looked for where systems keep theirs. */
    private static final String OTHER_JDK = "operatorlib.sim.otherJdk";

    private static final Path JDKS = Path.of("/usr/lib/jvm");

    @Test
    void aCrashInTheMiddleOfGrowingGoesTheSameWayInFreshJvms() throws Exception {
        var here = Path.of(System.getProperty("java.home"));
        var first = digestIn(here, 7);
        assertThat(first).contains(" events, SHA-256 ");
        assertThat(digestIn(here, 7)).isEqualTo(first);
        assertThat(digestIn(here, 8)).isNotEqualTo(first);
        var other = otherJdk();
        if (other.isPresent()) {
            assertThat(digestIn(other.get(), 7)).as("with %s", other.get()).isEqualTo(first);
            System.out.println("same events with " + here + " and " + other.get() + ": " + first);
        } else {
            LEFT_OUT.say("the same seed on Java 25: no such JDK is in " + JDKS + "; name one with -D" + OTHER_JDK);
        }
    }

    private static Optional<Path> otherJdk() throws IOException {
        var named = System.getProperty(OTHER_JDK);
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        if (!Files.isDirectory(JDKS)) {
            return Optional.empty();
        }
        try (Stream<Path> jdks = Files.list(JDKS)) {
            return jdks.filter(jdk -> jdk.getFileName().toString().matches(".*-25-.*")
                            && Files.isExecutable(jdk.resolve("bin/java")))
                    .sorted()
                    .findFirst();
        }
    }

    private static String digestIn(Path jdk, long seed) throws IOException, InterruptedException {
        var command = List.of(
                jdk.resolve("bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                Long.toString(seed));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().reduce((earlier, later) -> later).orElse("");
    }

    /** Prints the digest of one run's events. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws NoSuchAlgorithmException {
            var digest = MessageDigest.getInstance("SHA-256");
            var events = new int[1];
            // the thirtieth effect is one of growing
            var point = new CrashPoint(30, CrashPoint.Moment.AFTER, Duration.ofSeconds(1));
            try (var sim = Sim.crashing(Long.parseLong(args[0]), point, line -> {
                digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
                events[0]++;
            })) {
                var stage = new EtcdStage(sim, EtcdStage.shippedRole());
                stage.create(3);
                stage.converges(3);
                stage.resize(5);
                stage.converges(5);
                stage.isAtRest();
                if (sim.incarnations() != 2) {
                    throw new IllegalStateException("the operator was to crash once");
                }
            }
            System.out.println(events[0] + " events, SHA-256 " + HexFormat.of().formatHex(digest.digest()));
        }
    }
}
