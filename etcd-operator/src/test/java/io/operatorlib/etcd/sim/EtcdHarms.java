package io.operatorlib.etcd.sim;

import io.operatorlib.testing.Sim;
import io.operatorlib.testing.chaos.Fault;
import io.operatorlib.testing.chaos.Fault.Kind;
import io.operatorlib.testing.chaos.Workload;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What can happen to a cluster of etcd: to its members, to what it is made of, and to its resource. */
final class EtcdHarms {
    private static final String DEFAULT = "/api/v1/namespaces/default";
    private static final String NAMES = DEFAULT + "/services/" + EtcdStage.NAME;
    private static final String CLIENTS = DEFAULT + "/services/" + EtcdStage.NAME + "-client";
    private static final String BUDGET = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/" + EtcdStage.NAME;
    private static final String LATCH = DEFAULT + "/configmaps/" + EtcdStage.NAME + "-latch";

    /** Longer than a start is waited for before anybody thinks that it failed. */
    private static final int SLOWEST_START_SECONDS = 90;

    /** Of what is written in a minute and a half. */
    private static final int MOST_FORGOTTEN = 40;

    private EtcdHarms() {}

    /** Processes die and stand still, lines are cut, the API server forgets. */
    static Workload<EtcdStage> ofProcesses(Workload<EtcdStage> workload) {
        return workload.fault(Fault.once("a process dies", Kind.PODS, EtcdHarms::kill))
                .fault(Fault.lasting("a member stands still", Kind.PODS, EtcdHarms::pause))
                .fault(Fault.lasting("two members are cut off", Kind.NETWORK, EtcdHarms::cut))
                .fault(Fault.once(
                        "history is forgotten",
                        Kind.API_SERVER,
                        (sim, stage, choice) -> stage.cluster().server().compact()));
    }

    /** Starts are slow, fail, or want for an image. */
    static Workload<EtcdStage> ofStarts(Workload<EtcdStage> workload) {
        return workload.fault(Fault.lasting("starts are slow", Kind.PODS, EtcdHarms::slowStarts))
                .fault(Fault.lasting("a member cannot start", Kind.PODS, EtcdHarms::crashLoop))
                .fault(Fault.lasting("no image can be pulled", Kind.PODS, (sim, stage, choice) -> {
                    stage.runtime().pulls(false);
                    return () -> stage.runtime().pulls(true);
                }));
    }

    /** Somebody edits or deletes what the operator has made. */
    static Workload<EtcdStage> ofThirdParties(Workload<EtcdStage> workload) {
        return workload.fault(meddling("somebody deletes the members' Service", stage -> delete(stage, NAMES)))
                .fault(meddling("somebody deletes the clients' Service", stage -> delete(stage, CLIENTS)))
                .fault(meddling("somebody deletes the budget", stage -> delete(stage, BUDGET)))
                .fault(meddling("somebody deletes the latch", stage -> {
                    if (stage.canLoseOne()) { // before a cluster has formed, it is all that is known of it
                        delete(stage, LATCH);
                    }
                }))
                .fault(meddling(
                        "somebody edits the members' Service",
                        stage -> patch(stage, NAMES, "{\"spec\":{\"selector\":{\"app\":\"other\"}}}")))
                .fault(meddling(
                        "somebody edits the clients' Service",
                        stage -> patch(stage, CLIENTS, "{\"spec\":{\"selector\":{\"app\":\"other\"}}}")))
                .fault(meddling(
                        "somebody edits the budget", stage -> patch(stage, BUDGET, "{\"spec\":{\"minAvailable\":0}}")))
                .fault(Fault.once(
                        "somebody takes a member's role away",
                        Kind.CONFIGURATION,
                        (sim, stage, choice) -> label(stage, choice, "etcd.database.coreos.com/role", "null")))
                .fault(Fault.once(
                        "somebody takes a member's labels away",
                        Kind.CONFIGURATION,
                        (sim, stage, choice) -> label(stage, choice, "etcd_cluster", "\"another\"")));
    }

    /** Users ask for what cannot be, and take it back. */
    static Workload<EtcdStage> ofUsers(Workload<EtcdStage> workload) {
        return workload.fault(Fault.lasting("paused", Kind.CONFIGURATION, (sim, stage, choice) -> {
                    stage.wish("paused", "true");
                    return () -> stage.wish("paused", "null");
                }))
                .fault(mistake(
                        "an image that does not exist", "image", "\"nonexistent/etcd:v" + ModelEtcd.VERSION + "\""))
                .fault(mistake(
                        "a node that does not exist",
                        "scheduling",
                        "{\"nodeSelector\":{\"kubernetes.io/hostname\":\"nowhere\"}}"))
                .fault(mistake("other resources", "resources", "{\"requests\":{\"cpu\":\"100m\"}}"));
    }

    /** A pod is lost with its data. */
    static Fault<EtcdStage> aPodAndItsData() {
        return Fault.once("a pod and its data are lost", Kind.PODS, EtcdHarms::losePod)
                .destroying();
    }

    /** A pod is lost, its volume is not. */
    static Fault<EtcdStage> aPod() {
        return Fault.once(
                "a pod is deleted",
                Kind.PODS,
                (sim, stage, choice) -> any(stage, choice)
                        .ifPresent(member -> stage.cluster().delete(EtcdStage.PODS + "/" + member.flags.name())));
    }

    /** A disk fails. */
    static Fault<EtcdStage> aVolume() {
        return Fault.<EtcdStage>once(
                        "a volume is lost",
                        Kind.PODS,
                        (sim, stage, choice) -> loser(stage, choice).ifPresent(stage::loseVolume))
                .destroying();
    }

    /** Somebody deletes the claim of a volume in use: it goes when its pod does. */
    static Fault<EtcdStage> aClaim() {
        return Fault.<EtcdStage>once(
                        "somebody deletes a claim",
                        Kind.CONFIGURATION,
                        (sim, stage, choice) ->
                                loser(stage, choice).ifPresent(member -> stage.deleteClaim(member.flags.name())))
                .destroying();
    }

    /** A disk comes to be an older copy; an administrator gives its claim up where the member cannot live on it. */
    static Fault<EtcdStage> anOlderVolume() {
        return Fault.<EtcdStage>lasting("a volume is set back", Kind.PODS, (sim, stage, choice) -> {
                    var chosen = loser(stage, choice).filter(member -> member.dir.length() > 3 * MOST_FORGOTTEN);
                    chosen.ifPresent(member -> stage.setBack(member, choice.nextInt(1, MOST_FORGOTTEN)));
                    return () -> chosen.map(member -> member.flags.name())
                            .filter(name ->
                                    stage.census().serves() && !stage.census().serves(name))
                            .ifPresent(stage::deleteClaim);
                })
                .destroying();
    }

    /** A node is gone, and comes back. */
    static Fault<EtcdStage> aNode() {
        return Fault.<EtcdStage>lasting("a node is lost", Kind.PODS, (sim, stage, choice) -> {
                    var chosen = loser(stage, choice);
                    chosen.ifPresent(stage::loseNode);
                    return () -> chosen.ifPresent(member -> stage.runtime().returns(member.flags.name()));
                })
                .destroying();
    }

    /** Members that are connected stay so; who starts finds nobody. */
    static Fault<EtcdStage> noNames() {
        return Fault.lasting("names do not resolve", Kind.NETWORK, (sim, stage, choice) -> {
            stage.world().resolves(false);
            return () -> stage.world().resolves(true);
        });
    }

    /** Somebody puts the cluster to sleep for a while: on how many volumes is up to how far it has come. */
    static Fault<EtcdStage> aSleep() {
        return Fault.<EtcdStage>lasting("asleep", Kind.CONFIGURATION, (sim, stage, choice) -> {
                    int awake = stage.size();
                    stage.resize(0);
                    return () -> {
                        if (stage.size() == 0) {
                            stage.resize(awake);
                        }
                    };
                })
                .destroying();
    }

    private static Fault<EtcdStage> meddling(String what, Consumer<EtcdStage> deed) {
        return Fault.once(what, Kind.CONFIGURATION, (sim, stage, choice) -> deed.accept(stage));
    }

    // a bootstrap that met it is undone and begun anew: more is made than without it
    private static Fault<EtcdStage> mistake(String what, String field, String json) {
        return Fault.<EtcdStage>lasting(what, Kind.CONFIGURATION, (sim, stage, choice) -> {
                    stage.wish(field, json);
                    return () -> stage.wish(field, "null");
                })
                .destroying();
    }

    private static void delete(EtcdStage stage, String path) {
        stage.cluster().delete(path);
    }

    private static void patch(EtcdStage stage, String path, String patch) {
        if (stage.cluster().get(path).isPresent()) {
            stage.cluster().patch(path, patch);
        }
    }

    private static void label(EtcdStage stage, RandomGenerator choice, String label, String value) {
        any(stage, choice)
                .ifPresent(member -> patch(
                        stage,
                        EtcdStage.PODS + "/" + member.flags.name(),
                        "{\"metadata\":{\"labels\":{\"" + label + "\":" + value + "}}}"));
    }

    private static Optional<EtcdProcess> any(EtcdStage stage, RandomGenerator choice) {
        var running = stage.world().running(process -> true);
        return running.isEmpty() ? Optional.empty() : Optional.of(running.get(choice.nextInt(running.size())));
    }

    // only where the cluster is whole: else the loss would be nobody's fault but this test's
    private static Optional<EtcdProcess> loser(EtcdStage stage, RandomGenerator choice) {
        return stage.canLoseOne() ? any(stage, choice) : Optional.empty();
    }

    private static void kill(Sim sim, EtcdStage stage, RandomGenerator choice) {
        any(stage, choice).ifPresent(stage.world()::kill);
    }

    private static void losePod(Sim sim, EtcdStage stage, RandomGenerator choice) {
        loser(stage, choice).ifPresent(member -> stage.cluster().delete(EtcdStage.PODS + "/" + member.flags.name()));
    }

    private static Runnable pause(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var chosen = any(stage, choice);
        chosen.ifPresent(stage.world()::pause);
        return () -> chosen.ifPresent(stage.world()::resume);
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

    private static Runnable slowStarts(Sim sim, EtcdStage stage, RandomGenerator choice) {
        stage.world().slowStarts(Duration.ofSeconds(choice.nextInt(1, SLOWEST_START_SECONDS)));
        return () -> stage.world().slowStarts(Duration.ZERO);
    }

    private static Runnable crashLoop(Sim sim, EtcdStage stage, RandomGenerator choice) {
        var chosen = any(stage, choice);
        chosen.ifPresent(member -> {
            stage.world().fails(member.flags.name());
            stage.world().kill(member);
        });
        return () -> chosen.ifPresent(member -> stage.world().recovers(member.flags.name()));
    }
}
