package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import java.time.Duration;

/** The real operator on the model of etcd, under its shipped role, hurt by seeds: ten thousand of them at night. */
class EtcdChaosTest {
    @ChaosTest(seeds = 150, faults = 6, edits = 2, minutes = 30)
    void whateverHappensTheClusterIsWholeInTheEnd(Chaos chaos) {
        var report = chaos.play(EtcdWorkload.resized(EtcdStage.shippedRole()));
        System.out.println(report.line());
        System.out.println(report.table());
        assertThat(report.shortest()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
    }
}
