package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The real operator on the model of etcd, and a monkey. */
class EtcdMonkeyTest {
    /** How many seeds; {@code -Doperatorlib.sim.monkeys=1000} for a longer night. */
    private static final int SEEDS = Integer.getInteger("operatorlib.sim.monkeys", 20);

    /** Plays one seed only: {@code -Doperatorlib.sim.monkey=17}. */
    private static final @Nullable Integer ONLY = Integer.getInteger("operatorlib.sim.monkey");

    /** A fault that finds nobody to harm does none; five faults and two edits are left all the same. */
    private static final int LEAST = 7;

    private final ShippedRole role = ShippedRole.read();

    @Test
    void whateverAMonkeyDoesTheClusterIsWholeInTheEnd() {
        var failures = new ArrayList<String>();
        var simulated = Duration.ZERO;
        long began = System.nanoTime();
        for (int seed = ONLY == null ? 1 : ONLY; seed <= (ONLY == null ? SEEDS : ONLY); seed++) {
            try (var sim = Sim.seeded(seed)) {
                try {
                    var done = new EtcdMonkey(sim, new EtcdStage(sim, role)).play();
                    assertThat(done).hasSizeGreaterThanOrEqualTo(LEAST);
                } catch (RuntimeException | AssertionError e) {
                    failures.add("-Doperatorlib.sim.monkey=" + seed + ": " + e);
                }
                simulated = simulated.plus(sim.elapsed());
            }
        }
        System.out.printf(
                "monkeys: %d seeds × %d faults and %d edits, %d failures, %.1f simulated hours in %.1f s%n",
                ONLY == null ? SEEDS : 1,
                EtcdMonkey.FAULTS,
                EtcdMonkey.EDITS,
                failures.size(),
                simulated.toSeconds() / 3600.0,
                (System.nanoTime() - began) / 1e9);
        assertThat(failures).isEqualTo(List.of());
    }
}
