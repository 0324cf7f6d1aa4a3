package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.ChaosTest;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Fault.Kind;
import io.operatorlib.testing.chaos.Workload;
import java.util.random.RandomGenerator;

/** The real operator on the model of etcd, under its shipped role, hurt by seeds. */
class EtcdChaosTest {
    private final ShippedRole role = EtcdStage.shippedRole();

    @ChaosTest(seeds = 10, minutes = 15)
    void whateverHappensTheClusterIsWholeInTheEnd(Chaos chaos) {
        var report = chaos.play(workload());
        System.out.println(report.line());
        System.out.println(report.table());
        assertThat(report.times()).isNotEmpty();
    }

    private Workload<EtcdStage> workload() {
        return Workload.in("etcd", sim -> new EtcdStage(sim, role).withBudgets(), EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3))
                .edit("size 1", stage -> stage.resize(1))
                .edit("size 3", stage -> stage.resize(3))
                .edit("size 4", stage -> stage.resize(4))
                .edit("size 5", stage -> stage.resize(5))
                .fault(Fault.once("a process dies", Kind.PODS, EtcdChaosTest::kill))
                .fault(Fault.once("a pod and its data are lost", Kind.PODS, EtcdChaosTest::losePod)
                        .destroying())
                .fault(Fault.<EtcdStage>eviction(EtcdStage::cluster, EtcdStage.PODS)
                        .destroying())
                .fault(Fault.lasting("a member stands still", Kind.PODS, EtcdChaosTest::pause))
                .fault(Fault.lasting("two members are cut off", Kind.NETWORK, EtcdChaosTest::cut))
                .fault(Fault.once(
                        "history is forgotten",
                        Kind.API_SERVER,
                        (sim, stage, choice) -> stage.cluster().server().compact()))
                .desired("as many voters as wished, and nothing left over", EtcdStage::isWhole);
    }

    private static void kill(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var running = stage.world().running(process -> true);
        if (!running.isEmpty()) {
            stage.world().kill(running.get(choice.nextInt(running.size())));
        }
    }

    // only where the cluster is whole: else the loss would be nobody's fault but this test's
    private static void losePod(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var running = stage.world().running(process -> true);
        if (running.size() >= 3 && stage.isWhole()) {
            var name = running.get(choice.nextInt(running.size())).flags.name();
            stage.cluster().delete(EtcdStage.PODS + "/" + name);
        }
    }

    private static Runnable pause(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var running = stage.world().running(process -> true);
        if (running.isEmpty()) {
            return () -> {};
        }
        var chosen = running.get(choice.nextInt(running.size()));
        stage.world().pause(chosen);
        return () -> stage.world().resume(chosen);
    }

    private static Runnable cut(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var running = stage.world().running(process -> true);
        if (running.size() > 1) {
            stage.world()
                    .cut(
                            running.get(choice.nextInt(running.size())).address,
                            running.get(choice.nextInt(running.size())).address);
        }
        return stage.world()::heal;
    }
}
