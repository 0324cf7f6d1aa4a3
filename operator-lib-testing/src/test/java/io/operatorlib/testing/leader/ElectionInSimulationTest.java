package io.operatorlib.testing.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ElectionInSimulationTest {
    private static final int SEEDS = Integer.getInteger("operatorlib.elector.seeds", 150);
    private static final long FIRST = Long.getLong("operatorlib.elector.seed", 0);
    private static final Duration TIME = Duration.ofMinutes(10);

    @Test
    void neverDoTwoWriteAndAVacantLeaseIsTakenInTime() {
        long began = System.nanoTime();
        int writes = 0;
        int terms = 0;
        int faults = 0;
        long steps = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try (var trial = new ElectionTrial(seed)) {
                trial.run(TIME);
                assertThat(trial.faults).isGreaterThanOrEqualTo(5);
                writes += trial.writes;
                terms += trial.terms;
                faults += trial.faults;
                steps += trial.sim.steps();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + "; replay: -Doperatorlib.elector.seeds=1 -Doperatorlib.elector.seed=" + seed,
                        e);
            }
        }
        System.out.printf(
                "elections: %d seeds of %s, %d faults, %d terms, %d writes by leaders, %d steps, %.1f s%n",
                SEEDS, TIME, faults, terms, writes, steps, (System.nanoTime() - began) / 1e9);
        assertThat(terms).as("there was something to decide").isGreaterThan(SEEDS * 3);
    }
}
