package io.operatorlib.etcd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.etcd.AllVersions;
import io.operatorlib.etcd.Etcd;
import io.operatorlib.etcd.EtcdOperator;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.testing.Program;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.cluster.controllers.ClusterControllers;
import io.operatorlib.testing.cluster.kubelet.Kubelet;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A simulated cluster with the etcd operator, a kubelet and the model of etcd in it; the rules that must hold after
 * every step; and the words in which scenarios are told.
 */
final class EtcdStage {
    static final String NAME = "db";

    static final String PODS = "/api/v1/namespaces/default/pods";
    static final String CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
    static final String VOLUMES = "/api/v1/persistentvolumes";
    static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/etcd-operator/leases/etcd-operator";
    static final String CLUSTERS = "/apis/etcd.database.coreos.com/v1/namespaces/default/etcdclusters";

    /** Longer than a delayed restart, a back-off and a replacement one after the other. */
    private static final Duration CONVERGED = Duration.ofMinutes(10);

    /** Longer than what follows a last act by itself: an observation, a status, a label. */
    private static final Duration SETTLED = Duration.ofSeconds(15);

    /** Ten times as long as the operator goes without looking at etcd. */
    private static final Duration AT_REST = Duration.ofSeconds(30);

    /** Longer than a plan takes that was begun before its resource was deleted. */
    private static final Duration NOTICED = Duration.ofSeconds(5);

    private static final Duration WRITE_INTERVAL = Duration.ofSeconds(2);

    /** The kinds that a cluster of etcd consists of: what garbage collection is to follow here. */
    private static final Set<String> COLLECTED =
            Set.of("pods", "services", "configmaps", "persistentvolumeclaims", "poddisruptionbudgets", "etcdclusters");

    /** What the controller of taints says of pods on a node that does not answer. */
    private static final String NODE_GONE = """
            {"status": {"conditions": [{"type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager",
                "message": "the node does not answer"}]}}""";

    private static final String PROVISIONER = "operatorlib.io/model";

    private final Sim sim;
    private final SimCluster cluster;
    private final EtcdWorld world;
    private final ModelRuntime runtime;
    private final EtcdJudge judge;
    private final EtcdCensus census;
    private final Map<String, String> wishes = new TreeMap<>();
    private int writes;
    private boolean persistent;
    private boolean wanted;
    private Optional<Duration> deletedAt = Optional.empty();
    private int size;

    static ShippedRole shippedRole() {
        return ShippedRole.read("etcd-operator", Path.of("deploy/install.yaml"));
    }

    EtcdStage(Sim sim, ShippedRole role) {
        this(sim, role, stage -> stage.cluster.operator(stage.program((etcd, name) -> EtcdOperator.ofClusters(etcd))));
    }

    /** With the operator in all of its versions, and who converts between them. */
    static EtcdStage converting(Sim sim, ShippedRole role) {
        return new EtcdStage(sim, role, stage -> {
            stage.cluster.server().webhooks(AllVersions.webhooks());
            stage.cluster.operator(stage.program((etcd, name) -> AllVersions.operator(etcd)));
        });
    }

    /** With two replicas of the operator, as it is installed. */
    static EtcdStage elected(Sim sim, ShippedRole role) {
        return new EtcdStage(sim, role, stage -> stage.cluster.replicas(stage.program(AllVersions::elected)));
    }

    /** @param operator starts it */
    private EtcdStage(Sim sim, ShippedRole role, Consumer<EtcdStage> operator) {
        this.sim = sim;
        cluster = role.cluster(sim);
        world = new EtcdWorld(sim.scheduler(), sim::changed);
        runtime = new ModelRuntime(world, sim.scheduler());
        judge = new EtcdJudge(cluster, world);
        census = new EtcdCensus(cluster, world, runtime, judge);
        cluster.server().observe(this::judge);
        sim.describing(new StageReport(cluster, world, runtime)::text);
        sim.always(
                "the invariants of etcd.md hold",
                () -> assertThat(world.violations()).isEmpty());
        sim.always(
                "one cluster ID for ever",
                () -> assertThat(judge.oneClusterEach())
                        .as("the clusters %s were begun by %s", world.clusters(), world.tokens())
                        .isTrue());
        sim.always(
                "the shipped role suffices",
                () -> assertThat(cluster.roleUse().forbidden()).isEmpty());
        var settings = KubeletSettings.ofNode("node").events(false);
        cluster.program(
                "kubelet",
                ports -> new Kubelet(ports.kubeApi(), ports.scheduler(), runtime.containers(), settings).run());
        operator.accept(this);
        sim.scheduler().fork("writer", this::write);
    }

    /** @param operator makes one on a door to etcd, under the name of its life */
    private Program program(BiFunction<Etcd, String, Operator> operator) {
        return ports -> {
            var unused = operator.apply(new ModelEtcd(world, ports), ports.incarnation())
                    .start(new Ports(ports.kubeApi(), ports.scheduler()));
        };
    }

    /** Adds what tells how many pods may be evicted. */
    EtcdStage withBudgets() {
        cluster.program("budgets", ports -> {
            var unused = ClusterControllers.ofBudgets(ports.kubeApi(), ports.scheduler());
        });
        return this;
    }

    /** Adds what binds and reclaims volumes, and what collects garbage. */
    EtcdStage withStorage() {
        cluster.create("/apis/storage.k8s.io/v1/storageclasses", """
                {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "model",
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
                 "provisioner": "%s", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}
                """.formatted(PROVISIONER));
        var around = new ClusterControllers.Surroundings(
                this::collected,
                PROVISIONER,
                Path.of("/volumes"),
                path -> runtime.containers().deleteVolume(path.toString()),
                "");
        cluster.program(
                "controllers", ports -> ClusterControllers.ofStorage(ports.kubeApi(), ports.scheduler(), around));
        return this;
    }

    private List<KindRef> collected() {
        return cluster.server().served().stream()
                .filter(kind -> COLLECTED.contains(kind.plural()))
                .map(kind -> new KindRef(kind.group(), kind.version(), kind.kind(), kind.plural(), kind.namespaced()))
                .toList();
    }

    private void judge(LoggedRequest request) {
        boolean creates = request.changed()
                && request.verb().equals("create")
                && !request.resource().equals("events");
        if (creates && cluster.isByOperator(request) && hasBeenGone(NOTICED)) {
            world.violation("the operator made " + request.resource() + " " + request.name() + " for what is gone");
        }
    }

    private boolean hasBeenGone(Duration time) {
        return deletedAt
                        .filter(at -> sim.elapsed().minus(at).compareTo(time) > 0)
                        .isPresent()
                && census.gone();
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

    /** Makes the resource, with whatever else was wished. */
    void create(int size, String storage) {
        this.size = size;
        wanted = true;
        sim.eventually(
                CONVERGED,
                "etcd clusters are served",
                () -> cluster.get(CLUSTERS).isPresent());
        var also = new StringBuilder(storage);
        wishes.forEach((field, wish) ->
                also.append(", \"").append(field).append("\": ").append(wish));
        cluster.create(CLUSTERS, """
                {"apiVersion": "etcd.database.coreos.com/v1", "kind": "EtcdCluster", "metadata": {"name": "%s"},
                 "spec": {"size": %d, "version": "%s"%s}}""".formatted(NAME, size, ModelEtcd.VERSION, also));
    }

    /** Edits a field of the spec, now and in what is made again; {@code null} takes it away. */
    void wish(String field, String json) {
        wishes.put(field, json);
        if (!census.gone()) {
            cluster.patch(CLUSTERS + "/" + NAME, "{\"spec\":{\"" + field + "\":" + json + "}}");
        }
    }

    /** Makes the resource anew where it was deleted. */
    void makeAgain() {
        if (census.gone()) {
            create(size);
        }
    }

    /** Deletes the resource; what it owns follows in its time. */
    void discard() {
        wanted = false;
        cluster.delete(CLUSTERS + "/" + NAME);
    }

    void create(int size) {
        create(size, "");
    }

    void createOnVolumes(int size) {
        persistent = true;
        create(size, ", \"storage\": {\"persistent\": {\"size\": \"1Gi\"}}");
    }

    /** Volumes of members that leave stay, and are nobody's. */
    void createOnRetainedVolumes(int size) {
        persistent = true;
        create(size, ", \"storage\": {\"persistent\": {\"size\": \"1Gi\", \"retention\": \"Retain\"}}");
    }

    /** The pods' image does not exist; returns when that shows. */
    void createWithoutImage(int size) {
        create(size, ", \"image\": \"nonexistent/etcd:v" + ModelEtcd.VERSION + "\"");
        sim.eventually(
                CONVERGED,
                "an image is missed",
                () -> cluster.list(PODS).toString().contains("ErrImagePull"));
    }

    void correctImage() {
        cluster.patch(CLUSTERS + "/" + NAME, "{\"spec\":{\"image\":null}}");
    }

    /** A seed's pod is deleted before the seeds have formed a cluster: nothing was ever written. */
    void loseSeed() {
        sim.eventually(
                CONVERGED, "a seed runs", () -> !world.running(process -> true).isEmpty());
        assertThat(world.clusters()).isEmpty();
        cluster.delete(PODS + "/" + world.running(process -> true).get(0).flags.name());
    }

    /** As many members as are wished for. */
    int size() {
        return size;
    }

    /** 0 is to go to sleep. */
    void resize(int size) {
        this.size = size;
        if (!census.gone()) {
            cluster.patch(CLUSTERS + "/" + NAME, "{\"spec\":{\"size\":" + size + "}}");
        }
    }

    void delete() {
        discard();
        deletedAt = Optional.of(sim.elapsed());
    }

    /** A process dies; its data stays. */
    void killProcess(boolean leader) {
        world.kill(choose(leader));
    }

    /** A pod is deleted, and with its emptyDir the member's data; the member is removed in the end. */
    void losePod(boolean leader) {
        var name = choose(leader).flags.name();
        cluster.delete(PODS + "/" + name);
        isRemoved(name);
    }

    /** A pod is deleted; its volume is not. */
    void deletePod(boolean leader) {
        cluster.delete(PODS + "/" + choose(leader).flags.name());
    }

    /** A disk is gone, and the pod that used it; the member is removed in the end. */
    void loseVolume(boolean leader) {
        var member = choose(leader);
        loseVolume(member);
        isRemoved(member.flags.name());
    }

    /** A member's disk is gone, and the pod that used it. */
    void loseVolume(EtcdProcess member) {
        var name = member.flags.name();
        var volume = cluster.get(CLAIMS + "/" + name)
                .orElseThrow()
                .getAsJsonObject("spec")
                .get("volumeName")
                .getAsString();
        cluster.delete(VOLUMES + "/" + volume);
        // by force: it is in use
        cluster.patch(VOLUMES + "/" + volume, "{\"metadata\":{\"finalizers\":null}}");
        runtime.containers().deleteVolume("/volumes/" + volume);
        world.kill(member);
        cluster.delete(PODS + "/" + name);
    }

    /** A member's data is an older copy from now on, which lacks so many of the newest entries; it dies over that. */
    String setBack(boolean leader, int entries) {
        var member = choose(leader);
        setBack(member, entries);
        return member.flags.name();
    }

    /** A member's disk is a copy that lacks so many entries. */
    void setBack(EtcdProcess member, int entries) {
        world.kill(member);
        member.dir.setBack(member.dir.length() - entries);
    }

    /** The node of a member is gone, and its pod has been deleted for that. */
    void loseNode(EtcdProcess member) {
        var pod = PODS + "/" + member.flags.name();
        runtime.vanishes(member);
        cluster.patch(pod + "/status", NODE_GONE);
        cluster.delete(pod);
    }

    /** Somebody deletes a claim, and the pod that uses it; it goes when the pod does. */
    void deleteClaim(String member) {
        cluster.delete(CLAIMS + "/" + member);
        cluster.delete(PODS + "/" + member);
    }

    private void isRemoved(String name) {
        sim.eventually(
                CONVERGED,
                name + " is removed",
                () -> !census.listed().isEmpty() && !census.listed().contains(name));
    }

    private EtcdProcess choose(boolean leader) {
        var leading = world.leader(census.newest()).orElseThrow();
        return leader
                ? leading
                : world.running(process -> process != leading).stream()
                        .min((one, other) -> one.flags.name().compareTo(other.flags.name()))
                        .orElseThrow();
    }

    ModelRuntime runtime() {
        return runtime;
    }

    EtcdCensus census() {
        return census;
    }

    EtcdWorld world() {
        return world;
    }

    SimCluster cluster() {
        return cluster;
    }

    /** What follows is what the scenario is about: the crash points are there. */
    void nowThen() {
        sim.harmBeginsHere();
    }

    // ---- what must come ----

    /** That many pods are there, in whatever state. */
    void hasPods(int count) {
        sim.eventually(CONVERGED, count + " pods", () -> cluster.list(PODS).size() == count);
    }

    /** The cluster has that many voters, all serving, and nothing is left over. */
    void converges(int size) {
        sim.eventually(
                CONVERGED, size + " serve and nothing is left over: " + NAME, () -> census.isWhole(size, persistent));
    }

    void isAtRest() {
        // what was on its way when the last condition held is written before what is still written counts
        sim.pass(SETTLED);
        // where it was killed over one of these
        sim.eventually(CONVERGED, "the operator is back", sim::operatorRuns);
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

    /** Nothing of the cluster is there any more. */
    void isGone() {
        sim.eventually(CONVERGED, "everything is gone", census::nothingIsLeft);
    }

    /** No pod is there, and the data of that many members is. */
    void isAsleep(int size) {
        sim.eventually(
                CONVERGED,
                "asleep on " + size + " volumes",
                () -> census.sleeps() && census.listed().size() == size);
    }

    /** The cluster is as it was asked for last: all serve and nothing is left over, or all sleep, or all is gone. */
    boolean isWhole() {
        if (!wanted) {
            return census.nothingIsLeft();
        }
        return size == 0 ? census.sleeps() : census.isWhole(size, persistent);
    }

    /** All members serve, and they are as many as to lose one. */
    boolean canLoseOne() {
        return wanted && size >= 3 && census.isWhole(size, persistent);
    }

    static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    /** The grants of the shipped role that the operator has not used so far. */
    Set<String> unusedGrants() {
        return cluster.roleUse().unused();
    }
}
