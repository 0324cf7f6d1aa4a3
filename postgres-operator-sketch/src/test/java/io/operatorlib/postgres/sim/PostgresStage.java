package io.operatorlib.postgres.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.Ports;
import io.operatorlib.postgres.PostgresOperator;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.cluster.kubelet.Kubelet;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import io.operatorlib.testing.cluster.kubelet.ModelContainers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A simulated cluster with the PostgreSQL operator, a kubelet, and instances on the model of PostgreSQL; the rules that
 * must hold after every step; and the words in which scenarios are told.
 */
final class PostgresStage {
    static final String NAME = "db";
    static final String PODS = "/api/v1/namespaces/default/pods";
    static final String CLUSTERS = "/apis/postgres.operatorlib.io/v1beta1/namespaces/default/postgresclusters";

    /** Longer than a delayed restart, a Lease, a back-off and a copy one after the other. */
    private static final Duration CONVERGED = Duration.ofMinutes(10);

    /** Longer than what follows a last act by itself: an observation, a status, a label. */
    private static final Duration SETTLED = Duration.ofSeconds(4);

    /** Five times as long as the operator goes without looking at the instances. */
    private static final Duration AT_REST = Duration.ofSeconds(5);

    /** A Lease's duration, and then some. */
    private static final Duration PAST_THE_LEASE = Duration.ofSeconds(9);

    private final Sim sim;
    private final SimCluster cluster;
    private final PostgresWorld world;
    private final ModelInstances instances;
    private final ModelContainers<ModelData> containers;
    private int wished;
    private String preferred = "";

    static ShippedRole shippedRole() {
        return ShippedRole.read("postgres-operator", Path.of("deploy/install.yaml"));
    }

    PostgresStage(Sim sim, ShippedRole role) {
        this.sim = sim;
        cluster = role.cluster(sim);
        world = new PostgresWorld(sim, true);
        cluster.server().observe(this::hear);
        instances = new ModelInstances(sim, cluster, world);
        containers = new ModelContainers<>(instances, ModelData::new, sim.scheduler());
        sim.describing(this::report);
        sim.always(
                "clients see one primary, and what they were told",
                () -> assertThat(world.violations()).isEmpty());
        sim.always(
                "the shipped role suffices",
                () -> assertThat(cluster.roleUse().forbidden()).isEmpty());
        var settings =
                KubeletSettings.ofNode("node").events(false).backoff(Duration.ofMillis(500), Duration.ofSeconds(5));
        cluster.program(
                "kubelet", ports -> new Kubelet(ports.kubeApi(), ports.scheduler(), containers, settings).run());
        cluster.operator(ports ->
                PostgresOperator.create(instances.asking(ports)).start(new Ports(ports.kubeApi(), ports.scheduler())));
    }

    private void hear(LoggedRequest request) {
        if (request.changed() && request.resource().equals("postgresclusters")) {
            world.announced(cluster.get(CLUSTERS + "/" + NAME)
                    .map(found -> found.getAsJsonObject("status"))
                    .filter(status -> status.has("maximumLossBytes"))
                    .map(status ->
                            OptionalLong.of(status.get("maximumLossBytes").getAsLong()))
                    .orElse(OptionalLong.empty()));
        }
    }

    Set<String> unusedGrants() {
        return cluster.roleUse().unused();
    }

    SimCluster cluster() {
        return cluster;
    }

    PostgresWorld world() {
        return world;
    }

    // ---- what users and fate do ----

    void create(int size) {
        create(size, false);
    }

    void create(int size, boolean synchronous) {
        wished = size;
        sim.eventually(
                CONVERGED, "clusters are served", () -> cluster.get(CLUSTERS).isPresent());
        cluster.create(CLUSTERS, """
                {"apiVersion": "postgres.operatorlib.io/v1beta1", "kind": "PostgresCluster", "metadata": {"name": "%s"},
                 "spec": {"instances": %d, "synchronous": %s, "failover": {"leaseSeconds": 5}}}
                """.formatted(NAME, size, synchronous));
    }

    void edit(String spec) {
        cluster.patch(CLUSTERS + "/" + NAME, "{\"spec\":" + spec + "}");
    }

    void resize(int size) {
        wished = size;
        edit("{\"instances\":" + size + "}");
    }

    /** Another instance is to be the primary, if there is another one. */
    void switchOver() {
        String primary = world.primary().map(server -> server.name).orElse("");
        preferred = names().stream()
                .filter(name -> !name.equals(primary))
                .findFirst()
                .orElse("");
        edit("{\"primary\":\"" + preferred + "\"}");
    }

    void setParameter(String name, String value) {
        edit("{\"parameters\":{\"" + name + "\":\"" + value + "\"}}");
    }

    private ModelServer primary() {
        return world.primary().orElseThrow();
    }

    private ModelInstances.Running running(String name) {
        return instances.named(name).orElseThrow();
    }

    /** All processes of the primary end; its data stays. */
    void killPrimary() {
        running(primary().name).kill();
    }

    /** The primary's pod is deleted, and with it its data. */
    void losePrimary() {
        cluster.delete(PODS + "/" + primary().name);
    }

    /** An instance's pod is deleted, and with it its data. */
    void lose(ModelInstances.Running victim) {
        cluster.delete(PODS + "/" + victim.server().name);
    }

    /** The instances that run. */
    List<ModelInstances.Running> running() {
        return names().stream().flatMap(name -> instances.named(name).stream()).toList();
    }

    /** The primary's processes stand still for longer than its Lease lasts, and go on. */
    void stopPrimaryPastItsLease() {
        var victim = running(primary().name);
        still(victim, true);
        somebodyElseWrites(victim);
        sim.pass(PAST_THE_LEASE);
        still(victim, false);
    }

    void still(ModelInstances.Running victim, boolean whether) {
        victim.server().still = whether;
        if (whether) {
            world.ended(victim.server());
            victim.life().freeze();
        } else {
            victim.life().thaw();
        }
    }

    /** The primary cannot reach the API server for longer than its Lease lasts. */
    void cutPrimaryOff() {
        var victim = running(primary().name);
        var fault = new ApiFault.Partition();
        victim.life().begin(fault);
        somebodyElseWrites(victim);
        victim.life().end(fault);
    }

    /**
     * One replica gets nothing any more, and the primary is lost; who takes over stands still, for longer than its Lease
     * lasts, before anybody follows it.
     */
    void stopAPrimaryThatNobodyFollows() {
        var first = running(primary().name);
        String aside = running().stream()
                .map(running -> running.server().name)
                .filter(name -> !name.equals(first.server().name))
                .findFirst()
                .orElseThrow();
        names().forEach(other -> world.cut(aside, other));
        int writes = world.writes();
        sim.eventually(CONVERGED, aside + " lacks what was acknowledged", () -> world.writes() > writes + 3);
        losePrimary();
        somebodyElseWrites(first);
        var second = running(primary().name);
        still(second, true);
        sim.pass(PAST_THE_LEASE.plus(PAST_THE_LEASE));
        still(second, false);
        world.heal();
    }

    private void somebodyElseWrites(ModelInstances.Running victim) {
        sim.eventually(
                CONVERGED,
                "another than " + victim.server().name + " is primary",
                () -> world.primary().filter(next -> next != victim.server()).isPresent());
    }

    /** What follows is what the scenario is about: the crash points are there. */
    void nowThen() {
        sim.harmBeginsHere();
    }

    // ---- what must come ----

    /** There are as many instances as wished, all serve, and clients can write. */
    void converges() {
        sim.eventually(CONVERGED, wished + " instances serve", this::isWhole);
        int writes = world.writes();
        sim.eventually(CONVERGED, "a write is acknowledged", () -> world.writes() > writes);
    }

    boolean isWhole() {
        var primary = world.primary();
        return primary.isPresent()
                && (preferred.isEmpty() || primary.get().name.equals(preferred) || !names().contains(preferred))
                && names().size() == wished
                && cluster.get(CLUSTERS + "/" + NAME)
                        .filter(found -> SimCluster.holds(found, "Ready") && SimCluster.holds(found, "Reconciled"))
                        .map(found -> found.getAsJsonObject("status"))
                        .filter(status -> status.get("phase").getAsString().equals("AllServing")
                                && status.get("ready").getAsInt() == wished)
                        .isPresent();
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        cluster.list(PODS).forEach(pod -> names.add(name(pod)));
        return names;
    }

    private static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    void isAtRest() {
        sim.pass(SETTLED);
        // where it was killed over one of these
        sim.eventually(CONVERGED, "the operator is back", sim::operatorRuns);
        sim.pass(SETTLED);
        converges();
        sim.quiet(AT_REST);
    }

    /** How it all stands, for the report of what did not come in time. */
    private String report() {
        var text = new StringBuilder();
        cluster.get(CLUSTERS + "/" + NAME)
                .ifPresent(found -> text.append(found.get("status")).append('\n'));
        for (var path : List.of(
                "/api/v1/namespaces/default/configmaps/" + NAME + "-designation",
                "/apis/coordination.k8s.io/v1/namespaces/default/leases/" + NAME + "-primary")) {
            cluster.get(path)
                    .ifPresent(found -> text.append(found.has("data") ? found.get("data") : found.get("spec"))
                            .append('\n'));
        }
        cluster.list(PODS)
                .forEach(pod -> text.append(name(pod))
                        .append(' ')
                        .append(pod.get("status"))
                        .append('\n'));
        world.servers().forEach(server -> text.append(server).append('\n'));
        return text.toString();
    }
}
