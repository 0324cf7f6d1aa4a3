package io.operatorlib.etcd.sim;

import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Workload;

/** The real operator on the model of etcd, under its shipped role: what users do with it, and what it can meet. */
final class EtcdWorkload {
    private static final String WISH = "as many voters as wished, and nothing left over";

    private EtcdWorkload() {}

    /** A cluster of three, with no edits. */
    static Workload<EtcdStage> ofThree(ShippedRole role) {
        return Workload.in("etcd", sim -> new EtcdStage(sim, role).withBudgets(), EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3))
                .desired(WISH, EtcdStage::isWhole);
    }

    /** A cluster of three, beside which old versions are spoken. */
    static Workload<EtcdStage> converting(ShippedRole role) {
        return Workload.in("etcd-converting", sim -> EtcdStage.converting(sim, role), EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3))
                .desired(WISH, EtcdStage::isWhole);
    }

    /** A cluster that is resized, and hurt in its members, too. */
    static Workload<EtcdStage> resized(ShippedRole role) {
        return EtcdHarms.ofProcesses(sizes(ofThree(role), 1, 3, 4, 5))
                .fault(EtcdHarms.aPodAndItsData())
                .fault(eviction());
    }

    /** The same under two replicas of the operator, of which a Lease says who leads. */
    static Workload<EtcdStage> elected(ShippedRole role) {
        var workload = Workload.in(
                        "etcd-elected", sim -> EtcdStage.elected(sim, role).withBudgets(), EtcdStage::cluster)
                .elected(EtcdStage.LEASE)
                .begins((sim, stage, choice) -> stage.create(3))
                .desired(WISH, EtcdStage::isWhole);
        return EtcdHarms.ofProcesses(sizes(workload, 1, 3, 4, 5))
                .fault(EtcdHarms.aPodAndItsData())
                .fault(eviction());
    }

    /** A cluster on volumes, which are lost, too; it is put to sleep and woken, and others meddle with its parts. */
    static Workload<EtcdStage> onVolumes(ShippedRole role) {
        var workload = Workload.in(
                        "etcd-on-volumes",
                        sim -> new EtcdStage(sim, role).withBudgets().withStorage(),
                        EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.createOnVolumes(3))
                .desired(WISH, EtcdStage::isWhole);
        return EtcdHarms.ofThirdParties(EtcdHarms.ofStarts(EtcdHarms.ofProcesses(sizes(workload, 1, 3, 5))))
                .fault(EtcdHarms.aPod())
                .fault(EtcdHarms.aVolume())
                .fault(EtcdHarms.aClaim())
                .fault(EtcdHarms.anOlderVolume())
                .fault(EtcdHarms.aNode())
                .fault(EtcdHarms.noNames())
                .fault(EtcdHarms.aSleep())
                .fault(eviction());
    }

    /** A cluster that is deleted and made again under its name, by users who make mistakes. */
    static Workload<EtcdStage> madeAgain(ShippedRole role) {
        var workload = Workload.in("etcd-made-again", sim -> new EtcdStage(sim, role).withStorage(), EtcdStage::cluster)
                .begins((sim, stage, choice) -> stage.create(3))
                .edit("deleted", EtcdStage::discard)
                .edit("made again", EtcdStage::makeAgain)
                .edit("deleted and made again at once", stage -> {
                    stage.discard();
                    stage.makeAgain();
                })
                .desired(WISH, EtcdStage::isWhole);
        return EtcdHarms.ofUsers(EtcdHarms.ofStarts(EtcdHarms.ofProcesses(sizes(workload, 1, 3))))
                .fault(EtcdHarms.aPodAndItsData());
    }

    private static Workload<EtcdStage> sizes(Workload<EtcdStage> workload, int... sizes) {
        var all = workload;
        for (int size : sizes) {
            all = all.edit("size " + size, stage -> stage.resize(size));
        }
        return all;
    }

    private static Fault<EtcdStage> eviction() {
        return Fault.<EtcdStage>eviction(EtcdStage::cluster, EtcdStage.PODS).destroying();
    }
}
