package io.operatorlib.testing.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ZooTest {
    /** A failure that takes more steps than this is not understood by looking at it. */
    private static final int FEW = 3;

    private static final int SEEDS = 20;

    /** Most bugs show in the first few; one takes a death at one of two moments out of many. */
    private static final int MOST_SEEDS = 60;

    @ParameterizedTest
    @MethodSource("io.operatorlib.testing.chaos.Zoo#broken")
    void everyBugIsFoundAndCutDownToAFewStepsAndItsRepairedTwinIsNot(Zoo animal, @TempDir Path folder)
            throws Exception {
        long began = System.nanoTime();
        var failure = catchThrowableOfType(
                ChaosFailure.class, () -> Chaos.of(MOST_SEEDS).into(folder).play(animal.workload()));
        assertThat(failure).isNotNull();
        String told = Objects.requireNonNull(failure.getMessage());
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        assertThat(files).hasSize(2);
        assertThat(files.get(0)).hasExtension("html").content().contains(animal.name(), "<svg", "\"lanes\":[");
        var steps = Schedule.parse(Files.readString(files.get(1))).steps();
        assertThat(steps).hasSizeLessThanOrEqualTo(FEW);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.1f |%n",
                animal,
                told.lines().findFirst().orElse("").replaceFirst(": .*", ""),
                steps.stream().map(Schedule.Step::name).toList(),
                (System.nanoTime() - began) / 1e9);
        assertThat(told.lines().limit(10))
                .anyMatch(line -> line.matches("  object    .*(kitchen|configmaps|see above).*"))
                .anyMatch(line -> line.startsWith("  workload  " + animal + ", seed "))
                .anyMatch(line -> steps.isEmpty() || line.endsWith(steps.get(0).name()))
                .anyMatch(line -> line.contains("-Doperatorlib.chaos.replay='" + animal + "/"))
                .anyMatch(line -> line.contains(files.get(0).toString()));
        var twin = Chaos.of(SEEDS).play(animal.twin().workload());
        assertThat(twin.seeds()).isEqualTo(SEEDS);
        System.out.printf(
                Locale.ROOT,
                "| %s | nothing | | %.1f |%n",
                twin.workload(),
                twin.realTime().toMillis() / 1e3);
    }

    @Test
    void theSoundOneComesOutWhole() {
        var workload = Zoo.SOUND.workload();
        var report = Chaos.of(SEEDS).play(workload);
        System.out.println(report.line());
        System.out.println(report.table());
        assertThat(report.seeds()).isEqualTo(SEEDS);
        assertThat(report.times().keySet()).hasSizeGreaterThan(20);
        var table = Chaos.of(1).crashPoints(workload).orThrow();
        System.out.println(table.line());
        assertThat(table.runs()).isEqualTo(3 * table.moments().size()).isPositive();
    }

    @Test
    void twoReplicasOfTheSoundOneComeOutWholeWhateverBecomesOfTheirLease() {
        var report = Chaos.of(SEEDS / 2).play(Zoo.SOUND.elected());
        System.out.println(report.line());
        assertThat(report.times().keySet())
                .contains("the Lease is stolen", "the Lease is deleted", "one replica is cut off");
    }

    @Test
    void crashPointsFindWhatSeedsMayMiss() {
        var table = Chaos.of(1).crashPoints(Zoo.TAKES_FOR_GRANTED.workload());
        assertThat(table.failures()).isNotEmpty();
        assertThatThrownBy(table::orThrow).hasMessageContaining("a door and a window");
    }

    @Test
    void whoMakesAnewWhatIsThereEndsAsItShouldAndIsFoundByWhatItMade() {
        var table = Chaos.of(1).crashPoints(Zoo.MAKES_ANEW.workload());
        assertThatThrownBy(table::orThrow)
                .hasMessageContaining(Verdict.SAME_NUMBER)
                .hasMessageContaining("configmaps were made 4 times and taken away 2 times");
        assertThat(table.failures()).noneMatch(failure -> failure.message().contains(Verdict.SAME_END));
    }

    @ChaosTest(seeds = 3, faults = 4, edits = 2, minutes = 10)
    void aTestGetsItsChaos(Chaos chaos) {
        var report = chaos.play(Zoo.SOUND.workload());
        assertThat(report.seeds()).isEqualTo(Integer.getInteger(Chaos.SEEDS, 3));
        assertThat(report.times().values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(6 * report.seeds());
    }
}
