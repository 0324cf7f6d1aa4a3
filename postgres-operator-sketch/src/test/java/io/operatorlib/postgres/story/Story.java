package io.operatorlib.postgres.story;

import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.List;

/** The life of a PostgreSQL cluster: created, hurt and healed, switched over, resized, left alone, deleted. */
final class Story {
    static final String NAME = "db";

    /** A step takes seconds; a machine with other things to do may take a while longer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int WRITES = 50;

    private final Machine machine;
    private final Stage stage;
    private final Teller teller;

    Story(Machine machine, Stage stage, Teller teller) {
        this.machine = machine;
        this.stage = stage;
        this.teller = teller;
    }

    Machine machine() {
        return machine;
    }

    private static String cluster(String name, int instances, boolean synchronous) {
        return """
                apiVersion: postgres.operatorlib.io/v1beta1
                kind: PostgresCluster
                metadata:
                  name: %s
                spec:
                  instances: %d
                  failover: {leaseSeconds: 5}
                  synchronous: %s
                """.formatted(name, instances, synchronous);
    }

    void install(String manifest) throws Exception {
        teller.chapter("The operator is installed: one manifest");
        stage.apply(manifest);
        teller.step("its pod is ready", PATIENCE, () -> stage.operatorPods() + " pods", stage::operatorReady);
    }

    void create() throws Exception {
        create(true);
    }

    void create(boolean synchronous) throws Exception {
        teller.chapter("Create: a PostgresCluster of three" + (synchronous ? "" : ", whose commits wait for nobody"));
        stage.apply(cluster(NAME, 3, synchronous));
        step("a primary and two replicas that stream", 3);
    }

    /**
     * Tells the story.
     *
     * @param whole whether a machine stands still, the cluster is resized, and the operator is away, too
     * @return the writes that were acknowledged and lost
     */
    List<Long> tell(boolean whole) throws Exception {
        create();
        List<Long> lost = live(whole);
        delete();
        return lost;
    }

    /** What happens to the cluster between its creation and its deletion. */
    List<Long> live(boolean whole) throws Exception {
        try (var writer = writer()) {
            teller.step(
                    "an application writes", PATIENCE, () -> writer.count() + " writes", () -> writer.count() > WRITES);
            killProcess(writer);
            loseData(writer);
            switchOver(writer);
            if (whole) {
                freeze(writer);
                resize(5);
                resize(2);
                away(writer);
            }
            List<Long> lost = writer.stopAndFindLost();
            teller.note(writer.count() + " writes acknowledged, " + lost.size() + " lost, " + writer.failedTries()
                    + " tries repeated, taken by " + writer.takers());
            return lost;
        }
    }

    /** An application that writes to the cluster, wherever its primary is. */
    Writer writer() {
        return new Writer("app", client(), Writer.Pace.FAST);
    }

    private Client client() {
        return new Client(machine.programs(), () -> stage.addresses(NAME), stage.password(NAME));
    }

    void killProcess(Writer writer) throws Exception {
        String primary = stage.primary(NAME);
        var postmaster = postmaster(primary);
        teller.chapter("A process dies: kill -9 " + postmaster.pid() + " (PostgreSQL of " + primary + ", the primary)");
        int before = writer.count();
        postmaster.destroyForcibly();
        teller.step(
                "it is started again in place, and takes writes",
                PATIENCE,
                this::summary,
                () -> !postmaster.isAlive() && writer.count() > before + WRITES);
        step("all serve", 3);
    }

    /** @return from the loss to the first write that the next primary acknowledged */
    Duration loseData(Writer writer) throws Exception {
        String primary = stage.primary(NAME);
        teller.chapter("The primary's data is lost: its pod is deleted at once (" + primary + ")");
        long begin = System.nanoTime();
        stage.lose(primary);
        teller.step(
                "another one takes writes",
                PATIENCE,
                this::summary,
                () -> writer.firstBy(primary, begin).isPresent());
        var time = Duration.ofNanos(writer.firstBy(primary, begin).orElseThrow() - begin);
        teller.note("the first write was acknowledged after " + Teller.seconds(time) + "; the Lease lasts 5 s");
        step("the former primary follows", 3);
        return time;
    }

    void switchOver(Writer writer) throws Exception {
        String primary = stage.primary(NAME);
        String next = primary.equals("db-3") ? "db-2" : "db-3";
        teller.chapter("Switch-over: kubectl patch … spec.primary=" + next);
        long begin = System.nanoTime();
        stage.patch(NAME, "{\"primary\":\"" + next + "\"}");
        teller.step(
                next + " takes writes",
                PATIENCE,
                this::summary,
                () -> writer.firstBy(primary, begin).isPresent());
        step(primary + " follows", 3);
    }

    void freeze(Writer writer) throws Exception {
        String primary = stage.primary(NAME);
        teller.chapter("The primary's machine stands still: kill -STOP all processes of " + primary);
        stage.patch(NAME, "{\"primary\":null}");
        long begin = System.nanoTime();
        Stage.signal("STOP", primary);
        teller.step(
                "another one takes writes",
                PATIENCE,
                this::summary,
                () -> writer.firstBy(primary, begin).isPresent());
        long next = writer.firstBy(primary, begin).orElseThrow();
        Stage.signal("CONT", primary);
        teller.note(primary + " goes on, its Lease long over");
        step("it follows", 3);
        long late = writer.acknowledged().stream()
                .filter(write -> write.nanos() - next > 0 && write.instance().equals(primary))
                .count();
        teller.note(late + " writes were acknowledged by it since");
        if (late > 0) {
            throw new IllegalStateException("two primaries took writes");
        }
    }

    void resize(int instances) throws Exception {
        teller.chapter("Resize: " + stage.pods(NAME).size() + " → " + instances);
        stage.patch(NAME, "{\"instances\":" + instances + ",\"primary\":null}");
        step(instances + " instances serve", instances);
    }

    void away(Writer writer) throws Exception {
        teller.chapter("The operator is away");
        stage.scaleOperator(0);
        teller.step("it is gone", PATIENCE, () -> stage.operatorPods() + " pods", () -> stage.operatorPods() == 0);
        String primary = stage.primary(NAME);
        var postmaster = postmaster(primary);
        int before = writer.count();
        postmaster.destroyForcibly();
        teller.step(
                "a killed primary (" + primary + ") takes writes again",
                PATIENCE,
                () -> writer.count() + " writes",
                () -> !postmaster.isAlive() && writer.count() > before + WRITES);
        stage.scaleOperator(1);
        teller.step("the operator is back", PATIENCE, this::summary, stage::operatorReady);
        step("all serve", 2);
    }

    void delete() throws Exception {
        teller.chapter("Delete");
        stage.delete(NAME);
        teller.step(
                "nothing is left of it",
                PATIENCE,
                () -> stage.remains(NAME) + " objects left",
                () -> !stage.exists(NAME) && stage.remains(NAME) == 0);
    }

    private String summary() {
        return stage.summary(NAME);
    }

    private void step(String what, int instances) throws Exception {
        teller.step(what, PATIENCE, this::summary, () -> stage.healthy(NAME, instances));
    }

    /** PostgreSQL's first process of an instance on this machine: it is the only one whose parent is no PostgreSQL. */
    static ProcessHandle postmaster(String instance) {
        return Stage.postmaster(instance)
                .orElseThrow(() -> new IllegalStateException("no PostgreSQL of " + instance + " runs here"));
    }
}
