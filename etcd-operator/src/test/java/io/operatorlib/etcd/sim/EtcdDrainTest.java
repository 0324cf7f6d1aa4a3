package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node is drained some milliseconds after somebody has wished for a smaller cluster. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdDrainTest {
    /** Until after so many, a member has been removed and its pod still counts for the budget. */
    private static final int MILLIS = 12;

    private final ShippedRole role = EtcdStage.shippedRole();

    @Test
    void aDrainNeverTakesOneOfTwoVotersWhoseDataIsInTheirPods() {
        for (int millis = 0; millis <= MILLIS; millis += 3) {
            int after = millis;
            drained((sim, stage) -> {
                stage.resize(1);
                sim.pass(Duration.ofMillis(after));
                boolean unused = evict(stage, after % 2 == 0 ? 0 : 2);
            });
        }
        drained((sim, stage) -> {
            assertThat(evict(stage, 0)).isTrue();
            stage.resize(1);
        });
    }

    private void drained(BiConsumer<Sim, EtcdStage> story) {
        try (var sim = Sim.seeded(1)) {
            var stage = new EtcdStage(sim, role).withBudgets();
            stage.create(3);
            stage.converges(3);
            sim.pass(Duration.ofMinutes(1));
            story.accept(sim, stage);
            stage.converges(1);
        }
    }

    private static boolean evict(EtcdStage stage, int pod) {
        var name = EtcdStage.name(stage.cluster().list(EtcdStage.PODS).get(pod));
        return stage.cluster().evict(EtcdStage.PODS + "/" + name);
    }
}
