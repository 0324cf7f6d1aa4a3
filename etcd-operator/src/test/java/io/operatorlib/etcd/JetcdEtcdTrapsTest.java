package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * jetcd's traps on real etcd: those that a dead, mute or lone endpoint springs. That the member list is read by quorum,
 * that leadership moves at the leader only, and that refusals are told apart is in the contract that the model of etcd
 * and real etcd share.
 */
final class JetcdEtcdTrapsTest {
    private static final Duration BOUND =
            JetcdEtcd.READ_DEADLINE.multipliedBy(2).plusSeconds(2);

    private static final Etcd.Endpoint LIVE = new Etcd.Endpoint("http://127.77.9.1:2380", "http://127.77.9.1:2379");
    private static final Etcd.Endpoint DEAD = new Etcd.Endpoint("http://127.77.9.2:2380", "http://127.77.9.2:2379");
    private static final long CLUSTER = MemberIds.cluster(List.of(MemberIds.member(LIVE.peerUrl(), "traps")));

    private final JetcdEtcd etcd = new JetcdEtcd();
    private final List<Process> processes = new ArrayList<>();

    private final Path folder;

    JetcdEtcdTrapsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void end() throws InterruptedException {
        etcd.close();
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void trap2ADeadEndpointNeitherHangsNorLeaksConnections() throws Exception {
        start();
        awaitServing();
        etcd.addLearner(LIVE, DEAD.peerUrl(), Etcd.CHANGE_DEADLINE);
        long began = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            var seen = etcd.observe(CLUSTER, List.of(LIVE, DEAD));
            assertThat(seen.member(DEAD.peerUrl()).orElseThrow().serving()).isFalse();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND.multipliedBy(2));
        assertThat(etcd.connections()).isEqualTo(2);
    }

    @Test
    void trap2AMemberThatComesBackIsSeenAtOnceAndNotAfterAGrowingDelay() throws Exception {
        start();
        awaitServing();
        processes.get(0).destroyForcibly().waitFor();
        for (int i = 0; i < 20; i++) {
            assertThat(catchThrowableOfType(EtcdException.class, this::observe).reason())
                    .isEqualTo(EtcdException.Reason.NO_QUORUM);
        }
        start();
        awaitServing();
        assertThat(etcd.connections()).isEqualTo(1);
    }

    @Test
    void trap4AnEndpointThatSaysNothingIsSilentWithinItsDeadline() throws IOException {
        try (var mute = new ServerSocket(0, 5, InetAddress.getByName("127.77.9.3"))) {
            var endpoint = new Etcd.Endpoint("http://127.77.9.3:2380", "http://127.77.9.3:" + mute.getLocalPort());
            long began = System.nanoTime();
            var error = catchThrowableOfType(EtcdException.class, () -> etcd.observe(CLUSTER, List.of(endpoint)));
            assertThat(error.reason()).isEqualTo(EtcdException.Reason.NO_QUORUM);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
        }
    }

    @Test
    void aMemberThatSaysFarewellIsNotHeldUpByTheConnectionToIt() throws Exception {
        byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        byte[] goAway = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, -1, -1, -1, 0, 0, 0, 0};
        try (var member = new ServerSocket(0, 5, InetAddress.getByName("127.77.9.4"))) {
            var endpoint = new Etcd.Endpoint("http://127.77.9.4:2380", "http://127.77.9.4:" + member.getLocalPort());
            var asking = new Thread(() -> assertThatThrownBy(() -> etcd.observe(CLUSTER, List.of(endpoint)))
                    .isInstanceOf(EtcdException.class));
            asking.start();
            try (var connection = member.accept()) {
                connection.setSoTimeout((int) Duration.ofSeconds(30).toMillis()); // a loaded machine is slow, not wrong
                connection.getOutputStream().write(settings);
                connection.getOutputStream().write(goAway);
                connection.getInputStream().readAllBytes(); // ends when the other side closes
            }
            asking.join();
            assertThat(etcd.connections()).isZero();
        }
    }

    @Test
    void trap10RefusalsAreToldApartByTheirCodes() throws Exception {
        start();
        awaitServing();
        assertThat(catchThrowableOfType(EtcdException.class, () -> etcd.remove(LIVE, 4711, Etcd.CHANGE_DEADLINE))
                        .reason())
                .isEqualTo(EtcdException.Reason.NOT_FOUND);
        assertThat(catchThrowableOfType(EtcdException.class, () -> etcd.remove(DEAD, 4711, Etcd.CHANGE_DEADLINE))
                        .reason())
                .isEqualTo(EtcdException.Reason.NO_ANSWER);
    }

    @Test
    void aFullQuotaIsToldByAMemberThatServes() throws Exception {
        start("--quota-backend-bytes=1");
        awaitServing();
        try (var client = Client.builder().endpoints(LIVE.clientUrl()).build()) {
            var text = ByteSequence.from("text", StandardCharsets.UTF_8);
            assertThat(client.getKVClient().put(text, text))
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .withMessageContaining("space exceeded");
        }
        var member = observe().member(LIVE.peerUrl()).orElseThrow();
        assertThat(member.serving()).isTrue();
        assertThat(member.complaint())
                .hasValueSatisfying(words -> assertThat(words).contains("NOSPACE"));
    }

    private Membership observe() {
        return etcd.observe(CLUSTER, List.of(LIVE));
    }

    private void awaitServing() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                if (observe().voters().stream().allMatch(Membership.Member::started)) {
                    return;
                }
            } catch (EtcdException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void start(String... flags) throws IOException {
        var command = new ArrayList<>(List.of(
                EtcdBinaries.folder().resolve("etcd").toString(),
                "--name=m1",
                "--data-dir=" + folder.resolve("m1"),
                "--listen-peer-urls=" + LIVE.peerUrl(),
                "--initial-advertise-peer-urls=" + LIVE.peerUrl(),
                "--listen-client-urls=" + LIVE.clientUrl(),
                "--advertise-client-urls=" + LIVE.clientUrl(),
                "--initial-cluster=m1=" + LIVE.peerUrl(),
                "--initial-cluster-token=traps",
                "--heartbeat-interval=50",
                "--election-timeout=500",
                "--unsafe-no-fsync"));
        command.addAll(List.of(flags));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }
}
