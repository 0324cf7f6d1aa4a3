package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real etcd, real processes, and harm by seed: {@code -Doperatorlib.episodes=200} for a longer night. */
@Execution(ExecutionMode.CONCURRENT)
class EpisodesIT {
    private static final int EPISODES = Integer.getInteger("operatorlib.episodes", 4);
    private static final long FIRST = Long.getLong("operatorlib.episodes.first", 1);

    /** Most of an episode is waiting: for elections, for connections to last, for pods. */
    private static final int AT_ONCE = 4;

    @Test
    @Timeout(3600)
    void nothingThatWasAcknowledgedIsLostWhateverHappensToMembersAndOperator() throws Exception {
        long begin = System.nanoTime();
        var players = Executors.newFixedThreadPool(AT_ONCE);
        try (var cluster = new ChaosCluster(FIRST)) {
            var playing = new ArrayList<Future<Episode.Outcome>>();
            for (long seed = FIRST; seed < FIRST + EPISODES; seed++) {
                long drawn = seed;
                playing.add(players.submit(() -> new Episode(cluster, drawn).play()));
            }
            int operations = 0;
            int acknowledged = 0;
            for (var episode : playing) {
                var outcome = episode.get();
                System.out.println(outcome.line());
                operations += outcome.operations();
                acknowledged += outcome.acknowledged();
            }
            System.out.printf(
                    "%d episodes on real etcd %s: %d operations, all linearizable; %d writes acknowledged, 0 lost; one"
                            + " cluster ID each; %.1f s%n",
                    EPISODES, cluster.etcdVersion(), operations, acknowledged, (System.nanoTime() - begin) / 1e9);
            assertThat(playing).hasSize(EPISODES);
        } finally {
            players.shutdownNow();
        }
    }
}
