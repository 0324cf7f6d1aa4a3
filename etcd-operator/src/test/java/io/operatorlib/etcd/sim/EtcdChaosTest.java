package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Workload;
import java.time.Duration;

/** The real operator on the model of etcd, under its shipped role, hurt by seeds: ten thousand of them at night. */
class EtcdChaosTest {
    private final ShippedRole role = EtcdStage.shippedRole();

    @ChaosTest(seeds = 150, faults = 6, edits = 2, minutes = 30)
    void whateverHappensTheClusterIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.resized(role));
    }

    @ChaosTest(seeds = 20, faults = 8, edits = 3, minutes = 30)
    void whateverHappensToVolumesAndPartsTheClusterIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.onVolumes(role));
    }

    @ChaosTest(seeds = 20, faults = 8, edits = 4, minutes = 30)
    void howeverOftenItIsDeletedAndMadeAgainTheLastOneIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.madeAgain(role));
    }

    private static void play(Chaos chaos, Workload<EtcdStage> workload) {
        var report = chaos.play(workload);
        System.out.println(report.line());
        System.out.println(report.table());
        assertThat(report.shortest()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
    }
}
