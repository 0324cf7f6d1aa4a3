package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.CrashPoints;
import io.operatorlib.testing.Scenario;
import io.operatorlib.testing.Sim;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The real operator on the model of etcd, killed at each of its effects. */
class EtcdSimulationTest {
    /** Seeds for each scenario: {@code -Doperatorlib.sim.seeds=20} for a longer night. */
    private static final int SEEDS = Integer.getInteger("operatorlib.sim.seeds", 1);

    /** Every n-th effect of the longer stories is harmed; {@code -Doperatorlib.sim.every=1} harms each. */
    private static final int STEP = 10;

    @Test
    void createThree() {
        harmed("create 3", 1, stage -> {
            stage.create(3);
            stage.converges(3);
            stage.isAtRest();
        });
    }

    @Test
    void growFromThreeToFive() {
        everywhere("grow 3 to 5", stage -> {
            stage.create(3);
            stage.converges(3);
            stage.nowThen();
            stage.resize(5);
            stage.converges(5);
            stage.isAtRest();
        });
    }

    @Test
    void shrinkFromFiveToThree() {
        everywhere("shrink 5 to 3", stage -> {
            stage.create(5);
            stage.converges(5);
            stage.nowThen();
            stage.resize(3);
            stage.converges(3);
            stage.isAtRest();
        });
    }

    @Test
    void replaceAMemberThatLostItsData() {
        everywhere("replace", stage -> {
            stage.create(3);
            stage.converges(3);
            stage.nowThen();
            stage.losePod(false);
            stage.converges(3);
            stage.losePod(true);
            stage.converges(3);
            stage.isAtRest();
        });
    }

    @Test
    void processesDieAndComeBack() {
        everywhere("process death", stage -> {
            stage.create(3);
            stage.converges(3);
            stage.nowThen();
            stage.killProcess(true);
            stage.converges(3);
            stage.killProcess(false);
            stage.converges(3);
            stage.isAtRest();
        });
    }

    private static void everywhere(String name, Consumer<EtcdStage> story) {
        harmed(name, Integer.getInteger(CrashPoints.EVERY, STEP), story);
    }

    private static void harmed(String name, int every, Consumer<EtcdStage> story) {
        Scenario scenario = sim -> story.accept(new EtcdStage(sim));
        for (int seed = 1; seed <= SEEDS; seed++) {
            var table = CrashPoints.of(name, seed, every, scenario);
            System.out.println(table.line());
            assertThat(table.orThrow().failures()).isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(hash(5)).isEqualTo(hash(5)).isNotEqualTo(hash(6));
    }

    private static long hash(long seed) {
        try (var sim = Sim.seeded(seed)) {
            var stage = new EtcdStage(sim);
            stage.create(3);
            stage.converges(3);
            return sim.hash();
        }
    }
}
