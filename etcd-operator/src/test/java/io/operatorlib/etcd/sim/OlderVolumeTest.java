package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.Sim;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member comes to be on an older copy of its volume: what then becomes of the cluster, and what an administrator does. */
@Execution(ExecutionMode.CONCURRENT)
class OlderVolumeTest {
    /** Entries that are written in forty seconds. */
    private static final int FORGOTTEN = 20;

    private static final Duration A_WHILE = Duration.ofMinutes(3);

    @Test
    void aFollowerOnAnOlderCopyStaysAwayUntilItsClaimIsGivenUpAndIsReplacedThen() {
        try (var sim = Sim.seeded(1)) {
            var stage = begun(sim);
            var member = stage.setBack(false, FORGOTTEN);
            sim.pass(A_WHILE);
            assertThat(stage.census().serves()).isTrue();
            assertThat(stage.isWhole()).isFalse();
            assertThat(stage.cluster().get(EtcdStage.CLAIMS + "/" + member)).isPresent();
            stage.deleteClaim(member);
            stage.converges(3);
            assertThat(stage.cluster().get(EtcdStage.CLAIMS + "/" + member)).isEmpty();
            stage.isAtRest();
        }
    }

    @Test
    void aLeaderOnAnOlderCopyCatchesUpWithWhoeverLeadsThen() {
        try (var sim = Sim.seeded(1)) {
            var stage = begun(sim);
            var member = stage.setBack(true, FORGOTTEN);
            stage.converges(3);
            assertThat(stage.cluster().get(EtcdStage.CLAIMS + "/" + member)).isPresent();
            stage.isAtRest();
        }
    }

    private static EtcdStage begun(Sim sim) {
        var stage = new EtcdStage(sim, EtcdStage.shippedRole()).withStorage();
        stage.createOnVolumes(3);
        stage.converges(3);
        sim.pass(A_WHILE);
        return stage;
    }
}
