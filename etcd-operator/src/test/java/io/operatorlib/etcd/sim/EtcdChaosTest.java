package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Workload;
import java.time.Duration;

/**
 * The real operator on the model of etcd, under its shipped role, hurt by seeds: some five hundred daily, ten thousand at night.
 * Each takes half an hour of virtual time at the least, the longer part of it under faults.
 */
class EtcdChaosTest {
    private final ShippedRole role = EtcdStage.shippedRole();

    @ChaosTest(seeds = 400, faults = 6, edits = 2, minutes = 22)
    void whateverHappensTheClusterIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.resized(role));
    }

    @ChaosTest(seeds = 50, faults = 8, edits = 3, minutes = 22)
    void whateverHappensToVolumesAndPartsTheClusterIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.onVolumes(role));
    }

    @ChaosTest(seeds = 50, faults = 8, edits = 4, minutes = 22)
    void howeverOftenItIsDeletedAndMadeAgainTheLastOneIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.madeAgain(role));
    }

    @ChaosTest(seeds = 20, faults = 8, edits = 2, minutes = 22)
    void whicheverOfTwoReplicasLeadsTheClusterIsWholeInTheEnd(Chaos chaos) {
        play(chaos, EtcdWorkload.elected(role));
    }

    private static void play(Chaos chaos, Workload<EtcdStage> workload) {
        var report = chaos.play(workload);
        System.out.println(report.line());
        System.out.println(report.table());
        assertThat(report.shortest()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
    }
}
