package io.operatorlib.quickstart;

import io.operatorlib.testing.cluster.LocalClusterOptions;
import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The operator killed with {@code kill -9} at random moments of clusters' lives. Each life is one cluster, created,
 * robbed of a member's data, grown, shrunk and deleted, with one kill in each of these; every other one has its data on
 * volumes. After each kill the cluster must become what was wished for, as Kubernetes and etcd itself show it: as many
 * pods, voters and claims as wished for and no more, under the cluster ID of its first day; in the end, nothing.
 */
final class Kills {
    private static final String PERSISTENT = "  storage: {persistent: {size: 1Gi}}\n";

    /** Who kills a lot has no time to wait. */
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);

    private final Stage stage;
    private final String etcdVersion;
    private final Random random;

    private String name = "";
    private boolean persistent;
    private long clusterId;

    Kills(Stage stage, String etcdVersion, long seed) {
        this.stage = stage;
        this.etcdVersion = etcdVersion;
        this.random = new Random(seed);
    }

    /** A cluster in which the operator comes back soon, however often it was killed. */
    static LocalClusterOptions impatient(LocalClusterOptions options) {
        return options.backoff(FIRST_BACKOFF, LONGEST_BACKOFF);
    }

    /**
     * What happens to a cluster while the operator is killed.
     *
     * @param millis how long it takes undisturbed: the kill comes within that time
     * @param size how many members there are to be in the end
     */
    private record Chapter(String title, int millis, int size, Runnable begin) {}

    void run(int kills) throws Exception {
        int killed = 0;
        for (int life = 0; killed < kills; life++) {
            name = "life-" + life;
            persistent = life % 2 == 1;
            clusterId = 0;
            for (Chapter chapter : chapters()) {
                killed++;
                survive(killed, chapter);
            }
        }
        System.out.println(
                killed
                        + " kills: each time converged, on one cluster ID in each life, without an orphaned pod, claim, member or process");
    }

    private List<Chapter> chapters() {
        String manifest = Stage.cluster(name, 3, etcdVersion) + (persistent ? PERSISTENT : "");
        return List.of(
                new Chapter("create", 2_000, 3, () -> stage.apply(manifest)),
                new Chapter("replace", 3_000, 3, () -> stage.loseData(random(stage.healthyVoters(name)))),
                new Chapter("grow", 12_000, 5, () -> stage.resize(name, 5)),
                new Chapter("shrink", 4_000, 3, () -> stage.resize(name, 3)),
                new Chapter("delete", 2_000, 0, () -> stage.delete(name)));
    }

    private void survive(int number, Chapter chapter) throws Exception {
        Measurements.until("the operator is ready", stage::operatorReady);
        var before = stage.members(name).stream().map(Stage.Member::id).collect(Collectors.toSet());
        chapter.begin().run();
        int moment = random.nextInt(chapter.millis());
        Thread.sleep(moment);
        var victim = Measurements.operator().orElseThrow();
        victim.destroyForcibly();
        long begin = System.nanoTime();
        boolean replaced = chapter.title().equals("replace");
        Measurements.until(
                chapter.title() + " " + name,
                () -> back(victim)
                        && (chapter.size() == 0 ? gone() : converged(chapter.size()) && (!replaced || lost(before))));
        System.out.printf(
                Locale.ROOT,
                "kill %2d: %-7s %s%s, after %5d ms: converged %s later%n",
                number,
                chapter.title(),
                name,
                persistent ? " on volumes" : "",
                moment,
                Teller.seconds(Measurements.since(begin)));
    }

    private boolean back(ProcessHandle killed) {
        return stage.operatorReady()
                && Measurements.operator().filter(now -> !now.equals(killed)).isPresent();
    }

    private boolean gone() {
        return stage.cluster(name).isEmpty() && stage.remains(name) == 0 && Stage.processes(name) == 0;
    }

    private boolean converged(int size) throws InterruptedException {
        var names = stage.members(name).stream().map(Stage.Member::name).collect(Collectors.toSet());
        if (!stage.healthy(name, size)
                || stage.claims(name) != (persistent ? size : 0)
                || Stage.processes(name) != size) {
            return false;
        }
        var said = Census.take(stage.endpoints(name));
        if (said.isEmpty() || said.get().learners() > 0 || !said.get().voters().equals(names)) {
            return false;
        }
        long id = said.get().clusterId();
        if (clusterId != 0 && clusterId != id) {
            throw new IllegalStateException(name + " is another cluster now: " + Long.toHexString(id) + ", and was "
                    + Long.toHexString(clusterId));
        }
        clusterId = id;
        return true;
    }

    private boolean lost(Set<String> before) {
        return stage.members(name).stream().anyMatch(member -> !before.contains(member.id()));
    }

    private String random(List<Stage.Member> members) {
        return members.get(random.nextInt(members.size())).name();
    }
}
