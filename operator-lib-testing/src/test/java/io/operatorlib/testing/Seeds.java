package io.operatorlib.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Runs a scenario for many seeds, and says what they came to. {@code -Doperatorlib.seeds.<name>=…} sets how many,
 * {@code -Doperatorlib.seeds.first=…} where they begin; {@code -Doperatorlib.seed=…} runs that one alone.
 */
public final class Seeds {
    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final int FEWEST_FAULTS = 5;

    private Seeds() {}

    /** What one seed came to. */
    public record Run(Duration simulated, int faults) {}

    /**
     * Runs.
     *
     * @param usual how many, unless told otherwise
     * @param failedOnce seeds beyond those that have shown a defect; they are run each time
     */
    public static void run(String name, int usual, List<Long> failedOnce, LongFunction<Run> scenario) {
        Long only = Long.getLong("operatorlib.seed");
        long first = only == null ? Long.getLong("operatorlib.seeds.first", 1) : only;
        long last = only == null ? first + Integer.getInteger("operatorlib.seeds." + name, usual) - 1 : only;
        var seeds = LongStream.rangeClosed(first, last).boxed().collect(Collectors.toCollection(TreeSet::new));
        seeds.addAll(only == null ? failedOnce : List.of());
        var scheduler = new RealScheduler();
        long began = scheduler.nanoTime();
        Duration simulated = Duration.ZERO;
        long faults = 0;
        for (long seed : seeds) {
            Run run;
            try {
                run = scenario.apply(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + "; again with -Doperatorlib.seed=" + seed, e);
            }
            assertThat(run.simulated()).isGreaterThanOrEqualTo(SHORTEST);
            assertThat(run.faults()).isGreaterThanOrEqualTo(FEWEST_FAULTS);
            simulated = simulated.plus(run.simulated());
            faults += run.faults();
        }
        int count = seeds.size();
        double seconds = (scheduler.nanoTime() - began) / 1e9;
        System.out.printf(
                "%s: %d seeds, each %.1f simulated minutes with %.1f faults, %.1f seeds a second%n",
                name, count, simulated.toSeconds() / 60.0 / count, (double) faults / count, count / seconds);
    }
}
