package io.operatorlib.etcd.sim;

import com.google.gson.JsonObject;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges what the operator does in Kubernetes by the invariants of etcd that no etcd sees: what it deletes, and from
 * what it begins. What it asks of etcd is judged by {@link MemberRules}, and what processes do by {@link EtcdWorld}.
 */
final class EtcdJudge {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String GROUP = "etcd.database.coreos.com";

    private final SimCluster cluster;
    private final EtcdWorld world;

    EtcdJudge(SimCluster cluster, EtcdWorld world) {
        this.cluster = cluster;
        this.world = world;
        cluster.server().observe(this::judge);
        world.begins(this::judge);
    }

    private void judge(LoggedRequest request) {
        boolean deletes = request.verb().equals("delete") && request.status() < 300 && cluster.isByOperator(request);
        if (!deletes || !members().contains(request.name())) {
            return;
        }
        switch (request.resource()) {
            case "persistentvolumeclaims" ->
                world.violation("I13: the volume of the listed member " + request.name() + " was deleted");
            case "pods" -> judgePod(request.name());
            default -> {}
        }
    }

    private void judgePod(String name) {
        if (cluster.get(EtcdStage.CLAIMS + "/" + name).isEmpty()) {
            world.violation("I13: the pod of the listed member " + name + " was deleted, and its data with it");
        } else if (latch().isPresent() && !latch().get().notes("hibernating")) {
            world.violation("I10: the pod of the listed member " + name + " was deleted, and nobody wished it");
        }
    }

    // where its resource is gone meanwhile, so may be its latch
    private void judge(EtcdFlags flags) {
        if (flags.token().startsWith(uid() + "-")) {
            boolean armed = latch().filter(latch -> latch.token().equals(flags.token()) && latch.notes("armed"))
                    .isPresent();
            if (!armed) {
                world.violation("I14: " + flags.name() + " begins a cluster without an armed latch");
            }
        }
    }

    /** Tells whether each cluster that was ever formed is of another resource: nothing was ever begun anew. */
    boolean oneClusterEach() {
        var resources = new TreeSet<String>();
        return world.tokens().entrySet().stream()
                .filter(begun -> world.clusters().contains(begun.getKey()))
                .allMatch(begun -> resources.add(
                        begun.getValue().substring(0, begun.getValue().lastIndexOf('-'))));
    }

    /** The names of all members that etcd has agreed upon, of whatever cluster. */
    Set<String> members() {
        var names = new TreeSet<String>();
        world.clusters().forEach(id -> names.addAll(members(id)));
        return names;
    }

    /** The names of a cluster's members. */
    Set<String> members(long clusterId) {
        var names = new TreeSet<String>();
        world.agreed(clusterId)
                .peers()
                .forEach(peer -> names.add(EtcdFlags.host(peer.peerUrl()).split("\\.")[0]));
        return names;
    }

    private record Notes(String token, JsonObject annotations) {
        boolean notes(String what) {
            return annotations.has(GROUP + "/" + what);
        }
    }

    /** The latch of the present resource. */
    private Optional<Notes> latch() {
        return cluster.get(MAPS + "/" + EtcdStage.NAME + "-latch")
                .map(map -> new Notes(
                        map.getAsJsonObject("data").get("token").getAsString(),
                        Optional.ofNullable(map.getAsJsonObject("metadata").getAsJsonObject("annotations"))
                                .orElseGet(JsonObject::new)))
                .filter(latch -> latch.token().startsWith(uid() + "-"));
    }

    private String uid() {
        return cluster.get(EtcdStage.CLUSTERS + "/" + EtcdStage.NAME)
                .map(etcd -> etcd.getAsJsonObject("metadata").get("uid").getAsString())
                .orElse("gone");
    }
}
