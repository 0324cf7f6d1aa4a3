package io.operatorlib.testing.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.leader.Replicas.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two processes of one operator, and the API server's word on who wrote when. */
@Execution(ExecutionMode.CONCURRENT)
class TwoProcessesTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    /** 300 on a machine that does nothing else; this one may be busy with other tests. */
    private static final Duration PLANNED = Duration.ofMillis(Integer.getInteger("operatorlib.handover.ms", 20_000));

    private static final Duration UNPLANNED =
            WriterProgram.LEASE.plusMillis(Integer.getInteger("operatorlib.takeover.ms", 20_000));

    @Test
    void onOurOwnServerNoWriteOfAFormerLeaderLandsAfterTheNextHasBegun() throws Exception {
        try (var site = new DoubleSite()) {
            play(site);
        }
    }

    @Test
    void onARealServerNoWriteOfAFormerLeaderLandsAfterTheNextHasBegun() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("two operator processes on a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        try (var site = new RealSite(Path.of(assets))) {
            play(site);
        }
    }

    private static void play(Site site) throws Exception {
        try (var reply = site.admin()
                .send(ApiRequest.of(Method.POST, "/api/v1/namespaces/default/configmaps")
                        .withBody("application/json", "{\"metadata\":{\"name\":\"trigger\"}}"))) {
            assertThat(reply.ok()).isTrue();
        }
        try (var replicas = new Replicas(site)) {
            var scenes = new Scenes(site, replicas);
            scenes.sigterm();
            scenes.sigkill();
            scenes.sigstop();
            scenes.cut();
        }
    }

    /** What is done to the leader, one after the other; there is always another one that waits. */
    private static final class Scenes {
        private final Site site;
        private final Replicas replicas;
        private Replica leader;
        private Replica waiting;

        Scenes(Site site, Replicas replicas) throws IOException, InterruptedException {
            this.site = site;
            this.replicas = replicas;
            leader = replicas.start();
            works(leader, Instant.EPOCH);
            waiting = replicas.ready(replicas.start());
        }

        private void works(Replica replica, Instant after) throws InterruptedException {
            replicas.await(
                    replica.pod() + " works",
                    () -> replicas.firstWork(replica, after).isPresent());
        }

        void sigterm() throws Exception {
            Instant then = Instant.now();
            leader.signal("TERM");
            handedOver("SIGTERM under load", then, PLANNED);
            assertThat(replicas.firstLease(waiting, then).at())
                    .as("taken before it could run out, for it was given up")
                    .isBefore(replicas.lastLease(leader).at().plus(WriterProgram.LEASE));
            leader = waiting;
            waiting = replicas.ready(replicas.start());
        }

        void sigkill() throws Exception {
            Instant then = Instant.now();
            leader.signal("KILL");
            handedOver("SIGKILL", then, UNPLANNED);
            leader = waiting;
            waiting = replicas.ready(replicas.start());
        }

        void sigstop() throws Exception {
            Instant then = Instant.now();
            leader.signal("STOP");
            handedOver("SIGSTOP", then, UNPLANNED);
            leader.signal("CONT");
            goesOn("SIGCONT after its lease had passed");
        }

        void cut() throws Exception {
            Instant then = Instant.now();
            leader.cut();
            handedOver("cut from the API server", then, UNPLANNED);
            leader.heal();
            goesOn("back at the API server");
        }

        private void handedOver(String what, Instant then, Duration atMost) throws InterruptedException {
            works(waiting, then);
            Instant last = replicas.lastWork(leader).orElseThrow().at();
            Instant taken = replicas.firstLease(waiting, then).at();
            Instant first = replicas.firstWork(waiting, then).orElseThrow().at();
            System.out.printf(
                    "%s: %s: the last write of %s landed %s ms after it, %s took the lease after %s ms and wrote first"
                            + " after %s ms: %s ms without a leader at work, none with two%n",
                    site.name(),
                    what,
                    leader.pod(),
                    Duration.between(then, last).toMillis(),
                    waiting.pod(),
                    Duration.between(then, taken).toMillis(),
                    Duration.between(then, first).toMillis(),
                    Duration.between(last, first).toMillis());
            assertThat(last).as("the last write of the former leader").isBefore(taken);
            assertThat(Duration.between(last, first)).isLessThanOrEqualTo(atMost);
        }

        /** The former leader is back, and the present one goes on alone. */
        private void goesOn(String what) throws InterruptedException {
            Instant back = Instant.now();
            TimeUnit.MILLISECONDS.sleep(WriterProgram.LEASE.toMillis());
            assertThat(replicas.firstWork(leader, back))
                    .as("writes of " + leader.pod())
                    .isEmpty();
            assertThat(replicas.firstWork(waiting, back)).isPresent();
            assertThat(leader.process().isAlive()).isTrue();
            System.out.printf("%s: %s: no write of %s landed%n", site.name(), what, leader.pod());
            Replica former = leader;
            leader = waiting;
            waiting = former;
            replicas.await(
                    "it stands by again", () -> waiting.said("leadership lost") && waiting.said("ceased to lead"));
        }
    }
}
