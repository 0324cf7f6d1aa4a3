package io.operatorlib.quickstart;

import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The life of an etcd cluster: created from one manifest, hurt and healed, resized under load, left alone by its
 * operator, deleted.
 */
public final class Story {
    private static final String NAME = "db";

    /** A step takes seconds; a machine with other things to do may take a while longer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the writer is given to write in the middle of things, at least. */
    private static final int WRITES = 200;

    private final Stage stage;
    private final String etcdVersion;
    private final Teller teller;

    Story(Stage stage, String etcdVersion, Teller teller) {
        this.stage = stage;
        this.etcdVersion = etcdVersion;
        this.teller = teller;
    }

    /**
     * What the writer saw.
     *
     * @param lost acknowledged writes that were not there in the end
     */
    public record Writes(long acknowledged, long lost, long failedTries, Writer.Gap longestGap) {}

    /** The whole of it. */
    public void tell(String manifest) throws Exception {
        install(manifest);
        create();
        killProcess();
        loseData();
        resize();
        withoutOperator();
        delete();
    }

    void install(String manifest) throws Exception {
        teller.chapter("The operator is installed: one manifest");
        stage.apply(manifest);
        teller.step("its pod is ready", PATIENCE, this::operator, stage::operatorReady);
    }

    void create() throws Exception {
        teller.chapter("Create: an EtcdCluster of three");
        stage.apply(Stage.cluster(NAME, 3, etcdVersion));
        teller.step("three healthy voters", PATIENCE, this::members, () -> healthy(3));
        stage.members(NAME)
                .forEach(member ->
                        teller.note(member.name() + "  " + member.id() + "  on " + stage.place(member.name())));
    }

    void killProcess() throws Exception {
        var victim = stage.members(NAME).get(0);
        if (!Stage.sees(victim.name())) {
            teller.chapter("A process dies: left out, for the members' processes are not on this machine");
            return;
        }
        var process = Stage.process(victim.name());
        teller.chapter("A process dies: kill -9 " + process.pid() + " (" + victim.name() + ")");
        int restarts = stage.restarts(victim.name());
        process.destroyForcibly();
        teller.step(
                "it is started again, with its data",
                PATIENCE,
                this::members,
                () -> stage.restarts(victim.name()) > restarts);
        teller.step(
                "the same member serves again: " + victim.id(),
                PATIENCE,
                this::members,
                () -> stage.serves(victim.name())
                        && stage.healthyVoters(NAME).stream()
                                .anyMatch(member -> member.id().equals(victim.id())));
    }

    void loseData() throws Exception {
        var victim = stage.members(NAME).get(1);
        teller.chapter("A member's data is lost: kubectl delete pod " + victim.name());
        stage.deletePod(victim.name());
        teller.step(
                "its ID " + victim.id() + " leaves the member list",
                PATIENCE,
                this::members,
                () -> stage.members(NAME).stream()
                        .noneMatch(member -> member.id().equals(victim.id())));
        teller.step("a new member has taken its place", PATIENCE, this::members, () -> healthy(3));
    }

    Writes resize() throws Exception {
        teller.chapter("Resize under load: 3 → 5 → 3, with an application that writes all the time");
        try (var writer = Writer.start("resize/", () -> stage.endpoints(NAME))) {
            teller.step(
                    "the application writes",
                    PATIENCE,
                    () -> writer.acknowledged() + " writes",
                    () -> wrote(writer, WRITES));
            writer.forgetGaps();
            stage.resize(NAME, 5);
            teller.step("five healthy voters", PATIENCE, this::members, () -> healthy(5));
            stage.resize(NAME, 3);
            teller.step("three healthy voters", PATIENCE, this::members, () -> healthy(3));
            return writes(writer);
        }
    }

    Writes withoutOperator() throws Exception {
        teller.chapter("The operator is away: kubectl scale deployment etcd-operator --replicas=0");
        int replicas = stage.operatorReplicas();
        stage.scaleOperator(0);
        teller.step("it is gone", PATIENCE, this::operator, () -> stage.operatorPods() == 0);
        try (var writer = Writer.start("away/", () -> stage.endpoints(NAME))) {
            teller.step(
                    "the application writes",
                    PATIENCE,
                    () -> writer.acknowledged() + " writes",
                    () -> wrote(writer, WRITES));
            String victim = stage.calmestPod(NAME);
            if (Stage.sees(victim)) {
                int restarts = stage.restarts(victim);
                Stage.process(victim).destroyForcibly();
                teller.step(
                        "a killed member (" + victim + ") comes back by itself",
                        PATIENCE,
                        () -> writer.acknowledged() + " writes",
                        () -> stage.restarts(victim) > restarts && stage.serves(victim));
            }
            long before = writer.acknowledged();
            teller.step(
                    "the application writes on",
                    PATIENCE,
                    () -> writer.acknowledged() + " writes",
                    () -> wrote(writer, before + WRITES));
            var writes = writes(writer);
            stage.scaleOperator(replicas);
            teller.step("the operator is back", PATIENCE, this::operator, stage::operatorReady);
            teller.step("it finds three healthy voters", PATIENCE, this::members, () -> healthy(3));
            return writes;
        }
    }

    void delete() throws Exception {
        teller.chapter("Delete: kubectl delete etcdcluster " + NAME);
        stage.delete(NAME);
        teller.step(
                "nothing is left of it",
                PATIENCE,
                () -> stage.remains(NAME) + " objects left",
                () -> stage.cluster(NAME).isEmpty() && stage.remains(NAME) == 0);
    }

    /** Makes another cluster, for whoever wants to look around: on volumes, so that it can be put to sleep, too. */
    void leave() throws Exception {
        teller.chapter("One more cluster, with its data on volumes, to look around");
        stage.apply(Stage.cluster(NAME, 3, etcdVersion) + "  storage: {persistent: {size: 1Gi}}\n");
        teller.step("three healthy voters", PATIENCE, this::members, () -> healthy(3));
    }

    private Writes writes(Writer writer) throws InterruptedException {
        var gap = writer.longestGap();
        long lost = writer.stopAndCountLost();
        var writes = new Writes(writer.acknowledged(), lost, writer.failedTries(), gap);
        teller.note(writes.acknowledged() + " writes acknowledged, " + writes.lost() + " lost, longest gap " + gap
                + ", " + writes.failedTries() + " tries repeated elsewhere");
        return writes;
    }

    private static boolean wrote(Writer writer, long atLeast) {
        return writer.acknowledged() >= atLeast;
    }

    private boolean healthy(int size) {
        return stage.healthy(NAME, size);
    }

    private String operator() {
        return stage.operatorPods() + " pods, " + (stage.operatorReady() ? "ready" : "not ready");
    }

    private String members() {
        List<Stage.Member> members = stage.members(NAME);
        return members.isEmpty()
                ? stage.pods(NAME).size() + " pods"
                : members.stream()
                        .map(member -> member.name()
                                + (member.voter() ? "" : " (" + member.role().toLowerCase(Locale.ROOT) + ")")
                                + (member.healthy() ? " ✓" : " …"))
                        .collect(Collectors.joining("  "));
    }
}
