package io.operatorlib.etcd.sim;

import com.google.gson.JsonObject;
import io.operatorlib.testing.SimCluster;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What there is of a cluster of etcd, in Kubernetes and in the model: whether it is whole, asleep, or gone. */
final class EtcdCensus {
    private static final String RESOURCE = EtcdStage.CLUSTERS + "/" + EtcdStage.NAME;

    private static final List<String> AROUND = List.of(
            "/api/v1/namespaces/default/configmaps",
            "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
            EtcdStage.PODS,
            EtcdStage.CLAIMS,
            EtcdStage.VOLUMES);

    private final SimCluster cluster;
    private final EtcdWorld world;
    private final ModelRuntime runtime;
    private final EtcdJudge judge;

    EtcdCensus(SimCluster cluster, EtcdWorld world, ModelRuntime runtime, EtcdJudge judge) {
        this.cluster = cluster;
        this.world = world;
        this.runtime = runtime;
        this.judge = judge;
    }

    /** The resource is not there. */
    boolean gone() {
        return cluster.get(RESOURCE).isEmpty();
    }

    /** Neither the resource is there nor anything that was made for it. */
    boolean nothingIsLeft() {
        return gone()
                && AROUND.stream()
                        .allMatch(collection -> cluster.list(collection).isEmpty())
                && runtime.dataDirs().isEmpty()
                && world.running(process -> true).isEmpty();
    }

    /** No pod is there, and the data of all members is. */
    boolean sleeps() {
        return cluster.list(EtcdStage.PODS).isEmpty()
                && world.running(process -> true).isEmpty()
                && names(EtcdStage.CLAIMS).equals(listed())
                && runtime.dataDirs().size() == listed().size()
                && cluster.get(RESOURCE)
                        .filter(etcd -> SimCluster.holds(etcd, "Reconciled"))
                        .isPresent();
    }

    /** So many members serve, and nothing is left over. */
    boolean isWhole(int size, boolean persistent) {
        if (world.clusters().isEmpty()) {
            return false;
        }
        var leader = world.leader(newest());
        return leader.isPresent()
                && voters(leader.get()) == size
                && leader.get().applied().peers().size() == size
                && names(EtcdStage.PODS).equals(listed())
                && membersVolumes().equals(persistent ? listed() : Set.of())
                && runtime.dataDirs().size() == size + retired().size()
                && cluster.get(RESOURCE).filter(EtcdCensus::isReady).isPresent();
    }

    /** That member serves reads by quorum. */
    boolean serves(String member) {
        return !world.running(process -> process.flags.name().equals(member) && world.canRead(process))
                .isEmpty();
    }

    /** A member serves reads by quorum. */
    boolean serves() {
        return !world.running(process -> process.applied().votes(process.id()) && world.canRead(process))
                .isEmpty();
    }

    /** The names in the newest cluster's member list. */
    Set<String> listed() {
        return world.clusters().isEmpty() ? Set.of() : judge.members(newest());
    }

    /** The cluster that agreed on something first last. */
    long newest() {
        var clusters = world.clusters();
        return clusters.get(clusters.size() - 1);
    }

    private long voters(EtcdProcess leader) {
        return world.running(process -> leader.applied().votes(process.id()) && world.canRead(process))
                .size();
    }

    private Set<String> membersVolumes() {
        var names = names(EtcdStage.CLAIMS);
        names.removeAll(retired());
        return names;
    }

    private Set<String> retired() {
        var names = new TreeSet<String>();
        cluster.list(EtcdStage.CLAIMS).stream()
                .filter(claim -> claim.getAsJsonObject("metadata")
                        .getAsJsonObject("labels")
                        .has("etcd.database.coreos.com/retired"))
                .forEach(claim -> names.add(EtcdStage.name(claim)));
        return names;
    }

    private Set<String> names(String collection) {
        var names = new TreeSet<String>();
        cluster.list(collection).forEach(object -> names.add(EtcdStage.name(object)));
        return names;
    }

    private static boolean isReady(JsonObject etcd) {
        return SimCluster.holds(etcd, "Ready") && SimCluster.holds(etcd, "Reconciled");
    }
}
