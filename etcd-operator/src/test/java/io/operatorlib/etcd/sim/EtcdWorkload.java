package io.operatorlib.etcd.sim;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Fault.Kind;
import io.operatorlib.testing.chaos.Workload;
import java.util.random.RandomGenerator;

/** The real operator on the model of etcd, under its shipped role: what users do with it, and what it can meet. */
final class EtcdWorkload {
    private EtcdWorkload() {}

    /** A cluster of three, with no edits. */
    static Workload<EtcdStage> ofThree(ShippedRole role) {
        return Workload.in("etcd", sim -> new EtcdStage(sim, role).withBudgets(), EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3))
                .desired("as many voters as wished, and nothing left over", EtcdStage::isWhole);
    }

    /** A cluster that is resized, and hurt in its members, too. */
    static Workload<EtcdStage> resized(ShippedRole role) {
        return ofThree(role)
                .edit("size 1", stage -> stage.resize(1))
                .edit("size 3", stage -> stage.resize(3))
                .edit("size 4", stage -> stage.resize(4))
                .edit("size 5", stage -> stage.resize(5))
                .fault(Fault.once("a process dies", Kind.PODS, EtcdWorkload::kill))
                .fault(Fault.once("a pod and its data are lost", Kind.PODS, EtcdWorkload::losePod)
                        .destroying())
                .fault(Fault.<EtcdStage>eviction(EtcdStage::cluster, EtcdStage.PODS)
                        .destroying())
                .fault(Fault.lasting("a member stands still", Kind.PODS, EtcdWorkload::pause))
                .fault(Fault.lasting("two members are cut off", Kind.NETWORK, EtcdWorkload::cut))
                .fault(Fault.once(
                        "history is forgotten",
                        Kind.API_SERVER,
                        (sim, stage, choice) -> stage.cluster().server().compact()));
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
