package io.operatorlib.testing.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Volumes that have a size, and that nobody has to clear away. */
@Execution(ExecutionMode.CONCURRENT)
class DisksTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int BYTES = 1 << 20;

    private final boolean mountable = Disks.canBeSized();

    @BeforeEach
    void sayWhatIsMissed() {
        if (!mountable) {
            LEFT_OUT.say("volumes of a size: only root may mount file systems");
        }
    }

    @Test
    void aFolderHasTheRoomThatItWasGivenAndNoMore(@TempDir Path place) throws IOException {
        Path folder = place.resolve("volume");
        if (mountable) {
            try (var disks = Disks.sized()) {
                Path file = disks.at(folder, BYTES).resolve("file");
                Files.write(file, new byte[BYTES / 2]);
                assertThat(disks.at(folder, BYTES)).as("again").isEqualTo(folder);
                assertThat(file).exists();
                assertThatThrownBy(() -> Files.write(folder.resolve("more"), new byte[BYTES]))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("No space left on device");
                disks.delete(folder);
                assertThat(folder).doesNotExist();
                disks.at(folder, BYTES);
            }
            assertThat(mounted(folder)).as("closed").isFalse();
        }
    }

    @Test
    void killMinusNineOfTheProgramLeavesNothingMounted(@TempDir Path place) throws Exception {
        Path folder = place.resolve("volume");
        if (mountable) {
            Process program = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            DisksTest.class.getName(),
                            folder.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            program.getInputStream().read();
            assertThat(mounted(folder)).isTrue();
            program.destroyForcibly().waitFor();
            var scheduler = new RealScheduler();
            long end = scheduler.nanoTime() + DEADLINE.toNanos();
            while (mounted(folder)) {
                assertThat(scheduler.nanoTime() - end).as("still mounted").isNegative();
                scheduler.sleep(Duration.ofMillis(20));
            }
        }
    }

    /** Mounts a folder and is killed. */
    public static void main(String[] arguments) throws Exception {
        Disks.sized().at(Path.of(arguments[0]), BYTES);
        System.out.println("mounted");
        new CountDownLatch(1).await();
    }

    private static boolean mounted(Path folder) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.anyMatch(line -> line.contains(" " + folder + " "));
        }
    }
}
