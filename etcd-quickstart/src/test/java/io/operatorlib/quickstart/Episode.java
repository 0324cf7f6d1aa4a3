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
 * A quarter of a minute in the life of a real etcd cluster, by seed: its clients work, it is resized or a member loses its
 * data, and meanwhile members are killed, stopped and cut off from one another, and the operator is killed.
 *
 * <p>In the end the cluster is as wished for, on the cluster ID of its first day; nothing is lost that was acknowledged;
 * and all that clients saw could have come from a store that does one thing at a time.
 */
final class Episode {
    private static final int HARMS = 3;

    /** The harms come while the cluster changes, which takes about that long. */
    private static final int WITHIN_MILLIS = 5_000;

    private static final int SHORTEST_MILLIS = 500;
    private static final int LONGEST_MILLIS = 2_500;

    /** So many by each client before the first harm, and after the last. */
    private static final int WRITES = 20;

    private enum Harm {
        KILL,
        STOP,
        CUT,
        CRASH
    }

    /** When something is done, and what. */
    private record Moment(int millis, Runnable what) {}

    private final ChaosCluster cluster;
    private final long seed;
    private final SplittableRandom random;
    private final String name;
    private final Stage stage;
    private final List<String> done = new ArrayList<>();
    private int size = 3;

    Episode(ChaosCluster cluster, long seed) {
        this.cluster = cluster;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.name = "episode-" + seed + "-" + ProcessHandle.current().pid(); // others may build on this machine, too
        this.stage = cluster.begin(name, size);
    }

    /**
     * What became of it.
     *
     * @param operations of clients, all of them
     * @param acknowledged writes of keys that nobody wrote again, none of which is lost
     * @param done what was done to the cluster
     */
    record Outcome(int operations, int acknowledged, List<String> done, String line) {}

    Outcome play() throws Exception {
        long begin = System.nanoTime();
        awaitWhole();
        try (var clients = Clients.start(seed, () -> stage.endpoints(name))) {
            awaitMoreFrom(clients);
            var changed = change();
            suffer();
            Await.until(done.get(0), changed, () -> stage.members(name));
            awaitWhole();
            awaitMoreFrom(clients);
            assertThat(clients.stopAndFindLost()).isEmpty();
            assertThat(clients.clusterIds()).hasSize(1);
            var operations = clients.operations();
            assertThat(Linearizability.violation(operations)).isEmpty();
            return new Outcome(
                    operations.size(),
                    clients.acknowledged(),
                    List.copyOf(done),
                    String.format(
                            Locale.ROOT,
                            "episode %d: %s; %d operations, linearizable; %d writes acknowledged, 0 lost; %.1f s",
                            seed,
                            String.join(", ", done),
                            operations.size(),
                            clients.acknowledged(),
                            (System.nanoTime() - begin) / 1e9));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "episode " + seed + ", after " + done + ", again by -Doperatorlib.episodes=1"
                            + " -Doperatorlib.episodes.first=" + seed + ": " + e.getMessage(),
                    e);
        } finally {
            stage.abandon(name);
        }
    }

    /** Begins what this episode is about; tells whether it has come true. */
    private BooleanSupplier change() {
        int wished = 2 + random.nextInt(3);
        if (wished == size) {
            var victim = stage.members(name).get(random.nextInt(size));
            done.add("a member loses its data");
            stage.loseData(victim.name());
            return () ->
                    stage.members(name).stream().noneMatch(member -> member.id().equals(victim.id()));
        }
        size = wished;
        done.add("3 become " + size);
        stage.resize(name, size);
        return () -> true;
    }

    private void suffer() {
        var moments = new ArrayList<Moment>();
        for (int i = 0; i < HARMS; i++) {
            var harm = Harm.values()[random.nextInt(Harm.values().length)];
            int choice = random.nextInt(Integer.MAX_VALUE);
            int at = random.nextInt(WITHIN_MILLIS);
            int lasts = random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
            var end = new ArrayList<Runnable>();
            moments.add(new Moment(at, () -> end.add(begin(harm, choice))));
            moments.add(new Moment(at + lasts, () -> end.forEach(Runnable::run)));
        }
        moments.sort(Comparator.comparingInt(Moment::millis));
        long began = System.nanoTime();
        for (Moment moment : moments) {
            long passed = (System.nanoTime() - began) / 1_000_000;
            Await.pause(Duration.ofMillis(Math.max(0, moment.millis() - passed)));
            moment.what().run();
        }
    }

    /** Does harm; tells how it is ended. */
    private Runnable begin(Harm harm, int choice) {
        var members = running();
        if (harm == Harm.CRASH || members.size() < 2) {
            done.add("the operator is killed");
            cluster.operator().ifPresent(ProcessHandle::destroyForcibly);
            return Episode::nothing;
        }
        var one = members.get(choice % members.size());
        var other = members.get((choice + 1) % members.size());
        return switch (harm) {
            case KILL -> {
                done.add("a member is killed");
                one.process().destroyForcibly();
                yield Episode::nothing;
            }
            case STOP -> {
                done.add("a member is stopped");
                Kill.send("STOP", one.process().pid());
                yield () -> Kill.send("CONT", one.process().pid());
            }
            default -> {
                done.add("two members are cut off");
                cluster.network().cut(one.party(), other.party());
                yield () -> cluster.network().heal(one.party(), other.party());
            }
        };
    }

    private static void nothing() {}

    /**
     * A member whose process runs.
     *
     * @param party what the network between processes knows it by
     */
    private record Running(String party, ProcessHandle process) {}

    private List<Running> running() {
        return stage.pods(name).stream()
                .map(pod -> pod.getAsJsonObject("metadata").get("name").getAsString())
                .flatMap(pod -> Stage.find(pod).map(process -> new Running(name + "/" + pod, process)).stream())
                .toList();
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
        if (!stage.healthy(name, size) || Stage.processes(name) != size) {
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
