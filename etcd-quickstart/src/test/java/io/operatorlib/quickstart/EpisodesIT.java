package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.LeftOut;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int AT_ONCE = Integer.getInteger("operatorlib.episodes.atonce", 5);

    /** One of so many is played before a real API server. */
    private static final int REAL = 5;

    @Test
    @Timeout(3600)
    void nothingThatWasAcknowledgedIsLostWhateverHappensToMembersAndOperator() throws Exception {
        long begin = System.nanoTime();
        var players = Executors.newFixedThreadPool(AT_ONCE);
        var clusters = new ArrayList<ChaosCluster>();
        try {
            begin(clusters);
            var playing = new ArrayList<Future<Episode.Outcome>>();
            for (long seed = FIRST; seed < FIRST + EPISODES; seed++) {
                long drawn = seed;
                var cluster = clusters.get(seed % REAL == 0 ? clusters.size() - 1 : 0);
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
                    clusters.get(0).etcdVersion(),
                    failures.size(),
                    played.stream().mapToInt(Episode.Outcome::operations).sum(),
                    played.stream().mapToInt(Episode.Outcome::acknowledged).sum(),
                    (System.nanoTime() - begin) / 1e9,
                    table(played));
            assertThat(failures).isEmpty();
            assertThat(played).hasSize(EPISODES);
        } finally {
            players.shutdownNow();
            for (var cluster : clusters) {
                cluster.close();
            }
        }
    }

    /** Begins one before our own API server, and one before a real one where there is one. */
    private static void begin(List<ChaosCluster> clusters) throws Exception {
        var local = ChaosCluster.local(FIRST);
        clusters.add(local);
        if (!local.disksAreSized()) {
            LEFT_OUT.say("members of real etcd whose disks are full: it takes root, which may mount file systems");
        }
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("episodes on real etcd before a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        clusters.add(ChaosCluster.beforeKubeApiServer(Path.of(assets), FIRST));
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
