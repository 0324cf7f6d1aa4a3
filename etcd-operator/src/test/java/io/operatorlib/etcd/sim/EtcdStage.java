package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Ports;
import io.operatorlib.etcd.EtcdOperator;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.cluster.kubelet.Kubelet;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A simulated cluster with the etcd operator, a kubelet and the model of etcd in it; the rules that must hold after
 * every step; and the words in which scenarios are told.
 */
final class EtcdStage {
    static final String NAME = "db";

    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
    private static final String CLUSTERS = "/apis/etcd.database.coreos.com/v1/namespaces/default/etcdclusters";

    /** Longer than a delayed restart, a back-off and a replacement one after the other. */
    private static final Duration CONVERGED = Duration.ofMinutes(10);

    private static final Duration AT_REST = Duration.ofMinutes(1);

    /** Longer than a killed operator stays away, and sees then what does not keep a cluster from being whole. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Duration WRITE_INTERVAL = Duration.ofSeconds(2);

    private final Sim sim;
    private final SimCluster cluster;
    private final EtcdWorld world;
    private final ModelRuntime runtime;
    private int writes;
    private boolean leaving;

    EtcdStage(Sim sim) {
        this.sim = sim;
        cluster = SimCluster.in(sim, SimCluster.OPERATOR);
        world = new EtcdWorld(sim.scheduler(), sim::changed);
        runtime = new ModelRuntime(world, sim.scheduler());
        cluster.server().observe(this::judge);
        sim.describing(this::describe);
        sim.always(
                "the invariants of etcd.md hold",
                () -> assertThat(world.violations()).isEmpty());
        sim.always("one cluster ID for ever", () -> assertThat(world.clusters()).hasSizeLessThan(2));
        var settings = KubeletSettings.ofNode("node").events(false);
        cluster.program("kubelet", ports -> new Kubelet(ports.kubeApi(), ports.scheduler(), runtime, settings).run());
        cluster.operator(ports ->
                EtcdOperator.create(new ModelEtcd(world, ports)).start(new Ports(ports.kubeApi(), ports.scheduler())));
        sim.scheduler().fork("writer", this::write);
    }

    private void judge(LoggedRequest request) {
        boolean deletes = request.verb().equals("delete")
                && request.status() < 300
                && request.caller().equals(SimCluster.OPERATOR.name());
        boolean ofMember =
                request.resource().equals("pods") || request.resource().equals("persistentvolumeclaims");
        if (deletes && ofMember && !leaving && listed().contains(request.name())) {
            world.violation("I13: the operator deleted " + request.resource() + " " + request.name()
                    + " of a member in the member list");
        }
    }

    private Set<String> listed() {
        var names = new TreeSet<String>();
        for (long id : world.clusters()) {
            world.leader(id)
                    .ifPresent(leader -> leader.applied()
                            .peers()
                            .forEach(peer ->
                                    names.add(EtcdFlags.host(peer.peerUrl()).split("\\.")[0])));
        }
        return names;
    }

    private void write() {
        try {
            while (true) {
                sim.scheduler().sleep(WRITE_INTERVAL);
                var member = world.running(process -> process.applied().votes(process.id()) && world.canRead(process));
                if (!member.isEmpty()) {
                    int chosen = sim.scheduler().random().nextInt(member.size());
                    var unused = world.propose(member.get(chosen), new Entry.Put("k" + writes++, "v"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what users and fate do ----

    void create(int size, String storage) {
        sim.eventually(
                CONVERGED,
                "etcd clusters are served",
                () -> cluster.get(CLUSTERS).isPresent());
        cluster.create(CLUSTERS, """
                {"apiVersion": "etcd.database.coreos.com/v1", "kind": "EtcdCluster", "metadata": {"name": "%s"},
                 "spec": {"size": %d, "version": "%s"%s}}""".formatted(NAME, size, ModelEtcd.VERSION, storage));
    }

    void create(int size) {
        create(size, "");
    }

    void resize(int size) {
        cluster.patch(CLUSTERS + "/" + NAME, "{\"spec\":{\"size\":" + size + "}}");
    }

    void delete() {
        leaving = true;
        cluster.delete(CLUSTERS + "/" + NAME);
    }

    /** A process dies; its data stays. */
    void killProcess(boolean leader) {
        world.kill(choose(leader));
    }

    /** A pod is deleted, and with its emptyDir the member's data; the member is removed in the end. */
    void losePod(boolean leader) {
        var name = choose(leader).flags.name();
        cluster.delete(PODS + "/" + name);
        sim.eventually(CONVERGED, name + " is removed", () -> !listed().isEmpty() && !listed().contains(name));
    }

    private EtcdProcess choose(boolean leader) {
        var leading = world.leader(world.clusters().get(0)).orElseThrow();
        return leader
                ? leading
                : world.running(process -> process != leading).stream()
                        .min((one, other) -> one.flags.name().compareTo(other.flags.name()))
                        .orElseThrow();
    }

    /** What follows is what the scenario is about: the crash points are there. */
    void nowThen() {
        sim.crashPointsBeginHere();
    }

    // ---- what must come ----

    /** The cluster has that many voters, all serving, and nothing is left over. */
    void converges(int size) {
        sim.eventually(CONVERGED, size + " serve and nothing is left over: " + NAME, () -> isWhole(size));
    }

    void isAtRest() {
        // what was on its way when the last condition held is written before what is still written counts
        sim.pass(SETTLED);
        sim.quiet(AT_REST);
        if (sim.incarnations() == 1) {
            assertThat(cluster.mutationsByOperator().size() + etcdActs())
                    .as("crash points are the mutating requests in the API log and the acts in etcd's")
                    .isEqualTo(sim.effects().size());
        }
    }

    private long etcdActs() {
        return world.requests();
    }

    void isGone() {
        sim.eventually(
                CONVERGED,
                "everything is gone",
                () -> cluster.get(CLUSTERS + "/" + NAME).isEmpty()
                        && cluster.list(PODS).isEmpty()
                        && world.running(process -> true).isEmpty());
    }

    private boolean isWhole(int size) {
        if (world.clusters().size() != 1) {
            return false;
        }
        var leader = world.leader(world.clusters().get(0));
        return leader.isPresent()
                && voters(leader.get()) == size
                && leader.get().applied().peers().size() == size
                && podNames().equals(listed())
                && runtime.dataDirs().size() == size
                && cluster.get(CLUSTERS + "/" + NAME).filter(EtcdStage::isReady).isPresent();
    }

    private long voters(EtcdProcess leader) {
        return world.running(process -> leader.applied().votes(process.id()) && world.canRead(process))
                .size();
    }

    private Set<String> podNames() {
        var names = new TreeSet<String>();
        cluster.list(PODS).forEach(pod -> names.add(name(pod)));
        return names;
    }

    private static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    private static boolean isReady(JsonObject etcd) {
        return SimCluster.holds(etcd, "Ready") && SimCluster.holds(etcd, "Reconciled");
    }

    private String describe() {
        var text = new StringBuilder();
        cluster.get(CLUSTERS + "/" + NAME)
                .ifPresent(etcd -> text.append(etcd.get("status")).append('\n'));
        cluster.list(PODS)
                .forEach(pod -> text.append("pod ")
                        .append(name(pod))
                        .append(' ')
                        .append(pod.getAsJsonObject("spec").get("schedulingGates"))
                        .append(' ')
                        .append(pod.get("status"))
                        .append('\n'));
        world.running(process -> true)
                .forEach(process -> text.append("etcd ")
                        .append(process)
                        .append(' ')
                        .append(process.applied().peers())
                        .append(process.leads ? " leads" : "")
                        .append(world.canRead(process) ? " reads" : "")
                        .append('\n'));
        text.append(world.clusters().size())
                .append(" clusters; data directories: ")
                .append(runtime.dataDirs().size())
                .append("; effects: ")
                .append(sim.effects())
                .append('\n');
        return text.toString();
    }

    Optional<JsonObject> resource() {
        return cluster.get(CLUSTERS + "/" + NAME);
    }

    List<JsonObject> claims() {
        return cluster.list(CLAIMS);
    }
}
