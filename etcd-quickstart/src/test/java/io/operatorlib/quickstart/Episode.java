package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.linearizability.Linearizability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A quarter of a minute in the life of a real etcd cluster, by seed: its clients work, it is resized or a member is
 * replaced, and meanwhile {@link Harm} is done to its members, to the network, and to the operator and its way to the API
 * server.
 *
 * <p>In the end the cluster is as wished for, on the cluster ID of its first day; nothing is lost that was acknowledged;
 * and all that clients saw could have come from a store that does one thing at a time.
 */
final class Episode {
    private static final int HARMS = 3;

    /** The harms come while the cluster changes, which takes about that long. */
    private static final int WITHIN_MILLIS = 4_000;

    private static final int SHORTEST_MILLIS = 500;
    private static final int LONGEST_MILLIS = 2_000;

    /** So many by each client before the first harm, and after the last. */
    private static final int WRITES = 10;

    /** When something is done, and what. */
    private record Moment(int millis, Runnable what) {}

    private final ChaosCluster cluster;
    private final long seed;
    private final SplittableRandom random;
    private final String name;
    private final boolean persistent;
    private final Stage stage;
    private final ClientWays ways;
    private final Harms harms;
    private final List<String> done = new ArrayList<>();
    private String change = "";
    private BooleanSupplier changed = () -> false;
    private int size = 3;

    Episode(ChaosCluster cluster, long seed) {
        this.cluster = cluster;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.name = "episode-" + seed + "-" + ProcessHandle.current().pid(); // others may build on this machine, too
        this.persistent = random.nextInt(3) > 0;
        this.ways = new ClientWays(cluster.network(), name + "/clients");
        this.stage = cluster.begin(name, size, persistent, ways);
        this.harms = new Harms(cluster, stage, ways, name);
    }

    /**
     * What became of it.
     *
     * @param operations of clients, all of them
     * @param acknowledged writes of keys that nobody wrote again, none of which is lost
     * @param change what was wished of the cluster
     * @param done the harm that was done to it
     */
    record Outcome(int operations, int acknowledged, String change, List<String> done, String line) {}

    Outcome play() throws Exception {
        long begin = System.nanoTime();
        awaitWhole();
        try (ways;
                var clients = Clients.start(seed, () -> stage.endpoints(name))) {
            awaitMoreFrom(clients);
            suffer();
            Await.until(change, changed, () -> stage.members(name));
            awaitWhole();
            awaitMoreFrom(clients);
            assertThat(clients.stopAndFindLost()).isEmpty();
            assertThat(clients.clusterIds()).hasSize(1);
            var operations = clients.operations();
            assertThat(Linearizability.violation(operations)).isEmpty();
            return new Outcome(
                    operations.size(),
                    clients.acknowledged(),
                    change,
                    List.copyOf(done),
                    String.format(
                            Locale.ROOT,
                            "episode %d%s: %s%s: %s; %d operations, linearizable; %d writes acknowledged, 0 lost; %.1f s",
                            seed,
                            where(),
                            change,
                            persistent ? ", on volumes" : "",
                            String.join(", ", done),
                            operations.size(),
                            clients.acknowledged(),
                            (System.nanoTime() - begin) / 1e9));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "episode " + seed + where() + ", " + change + (persistent ? ", on volumes" : "") + ", after " + done
                            + ", again by -Doperatorlib.episodes=1 -Doperatorlib.episodes.first=" + seed + ": "
                            + e.getMessage(),
                    e);
        } finally {
            stage.abandon(name);
        }
    }

    private String where() {
        return " before " + cluster.apiServer();
    }

    /** Begins what this episode is about. */
    private void change() {
        int wished = 2 + random.nextInt(3);
        if (wished != size) {
            change = size + " become " + wished;
            size = wished;
            stage.resize(name, size);
            changed = () -> true;
            return;
        }
        var victim = stage.members(name).get(random.nextInt(size));
        if (persistent && cluster.disksAreSized() && random.nextBoolean()) {
            change = "a member is given up whose disk is full";
            int restarts = stage.restarts(victim.name());
            harms.fill(victim.name());
            Await.until("etcd has ended", () -> stage.restarts(victim.name()) > restarts);
        } else {
            change = "a member loses its data";
        }
        stage.loseData(victim.name());
        changed = () ->
                stage.members(name).stream().noneMatch(member -> member.id().equals(victim.id()));
    }

    private void suffer() {
        var all = Harm.all(persistent && cluster.disksAreSized());
        var moments = new ArrayList<Moment>();
        for (int i = 0; i < HARMS; i++) {
            var harm = all.get(random.nextInt(all.size()));
            int choice = random.nextInt(Integer.MAX_VALUE);
            int at = harm.ofWrites() ? 0 : random.nextInt(WITHIN_MILLIS);
            int lasts = harm.ofWrites() ? WITHIN_MILLIS : random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
            var begun = new ArrayList<Harms.Begun>();
            moments.add(new Moment(at, () -> begun.add(harms.begin(harm, choice))));
            moments.add(new Moment(at + lasts, () -> begun.forEach(doing -> end(harm, doing))));
        }
        moments.add(new Moment(0, this::change)); // who lies in wait for its writes is there before
        moments.sort(Comparator.comparingInt(Moment::millis));
        long began = System.nanoTime();
        for (Moment moment : moments) {
            long passed = (System.nanoTime() - began) / 1_000_000;
            Await.pause(Duration.ofMillis(Math.max(0, moment.millis() - passed)));
            moment.what().run();
        }
    }

    private void end(Harm harm, Harms.Begun doing) {
        if (doing.end()) {
            done.add(harm.words());
        }
    }

    private void awaitMoreFrom(Clients clients) {
        int wanted = clients.acknowledged() + WRITES;
        Await.until(
                wanted + " writes are acknowledged",
                () -> clients.acknowledged() >= wanted,
                () -> clients.acknowledged() + " of " + stage.members(name));
    }

    private void awaitWhole() {
        Await.until(size + " members, and no more", this::isWhole, () -> stage.members(name));
    }

    private boolean isWhole() {
        if (!stage.healthy(name, size)
                || Stage.processes(name) != size
                || stage.claims(name) != (persistent ? size : 0)) {
            return false;
        }
        var names = stage.members(name).stream().map(Stage.Member::name).collect(Collectors.toSet());
        try {
            Optional<Census> said = Census.take(stage.endpoints(name));
            return said.filter(
                            census -> census.learners() == 0 && census.voters().equals(names))
                    .isPresent();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
