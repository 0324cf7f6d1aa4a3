package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real etcd, real processes, and harm by seed: {@code -Doperatorlib.episodes=200} for a longer night. */
@Execution(ExecutionMode.CONCURRENT)
class EpisodesIT {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final int EPISODES = Integer.getInteger("operatorlib.episodes", 20);
    private static final long FIRST = Long.getLong("operatorlib.episodes.first", 1);

    /** Most of an episode is waiting: for elections, for connections to last, for pods. */
    private static final int AT_ONCE = Integer.getInteger("operatorlib.episodes.atonce", 10);

    @Test
    @Timeout(3600)
    void nothingThatWasAcknowledgedIsLostWhateverHappensToMembersAndOperator() throws Exception {
        long begin = System.nanoTime();
        var players = Executors.newFixedThreadPool(AT_ONCE);
        try (var cluster = new ChaosCluster(FIRST)) {
            if (!cluster.disksAreSized()) {
                LEFT_OUT.say("members of real etcd whose disks are full: it takes root, which may mount file systems");
            }
            var playing = new ArrayList<Future<Episode.Outcome>>();
            for (long seed = FIRST; seed < FIRST + EPISODES; seed++) {
                long drawn = seed;
                playing.add(players.submit(() -> new Episode(cluster, drawn).play()));
            }
            var played = new ArrayList<Episode.Outcome>();
            var failures = new ArrayList<String>();
            for (var episode : playing) {
                try {
                    var outcome = episode.get();
                    System.out.println(outcome.line());
                    played.add(outcome);
                } catch (ExecutionException e) {
                    String failure = String.valueOf(e.getCause());
                    System.out.println(failure);
                    failures.add(failure);
                }
            }
            System.out.printf(
                    "%d episodes on real etcd %s, %d failed: %d operations, all linearizable; %d writes acknowledged,"
                            + " 0 lost; one cluster ID each; %.1f s%n%s",
                    EPISODES,
                    cluster.etcdVersion(),
                    failures.size(),
                    played.stream().mapToInt(Episode.Outcome::operations).sum(),
                    played.stream().mapToInt(Episode.Outcome::acknowledged).sum(),
                    (System.nanoTime() - begin) / 1e9,
                    table(played));
            assertThat(failures).isEmpty();
            assertThat(played).hasSize(EPISODES);
        } finally {
            players.shutdownNow();
        }
    }

    /** What was done to the clusters while what was wished of them, and how often. */
    private static String table(List<Episode.Outcome> played) {
        var cells = new TreeMap<String, Map<String, Integer>>();
        for (Harm harm : Harm.all(true)) {
            cells.put(harm.words(), new TreeMap<>());
        }
        var changes = new TreeMap<String, Integer>();
        for (var outcome : played) {
            changes.merge(outcome.change(), 1, Integer::sum);
            outcome.done()
                    .forEach(
                            harm -> cells.getOrDefault(harm, new TreeMap<>()).merge(outcome.change(), 1, Integer::sum));
        }
        var text = new StringBuilder();
        changes.forEach((change, times) -> text.append(String.format("  %s: %d%n", change, times)));
        cells.forEach((harm, times) -> text.append(String.format(
                "  %-42s %s%n",
                harm,
                changes.keySet().stream()
                        .map(change -> String.format("%4d", times.getOrDefault(change, 0)))
                        .collect(Collectors.joining()))));
        return text.toString();
    }
}
