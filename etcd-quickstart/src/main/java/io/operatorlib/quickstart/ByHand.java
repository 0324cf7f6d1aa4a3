package io.operatorlib.quickstart;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.cluster.Member;
import io.operatorlib.testing.cluster.process.Folders;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A three-member etcd cluster run by hand, as fast as hands can be: the processes are started directly, and each step
 * follows the last at once. What the operator's times are compared with.
 */
final class ByHand implements AutoCloseable {
    /** Hand-run members live on loopback addresses of their own, away from the local cluster's pods. */
    private static final String NETWORK = "127.77.0.";

    private static final int TRY_MILLIS = 400;

    private final Path etcd;
    private final Path folder;
    private final Map<Integer, Process> processes = new HashMap<>();

    private ByHand(Path etcd, Path folder) {
        this.etcd = etcd;
        this.folder = folder;
    }

    /** Starts members 1 to 3 as a new cluster and waits until each serves a linearizable read. */
    static ByHand create(Path etcdFolder, Path folder) throws IOException, InterruptedException {
        var cluster = new ByHand(etcdFolder.resolve("etcd"), folder);
        var initial = IntStream.rangeClosed(1, 3)
                .mapToObj(number -> "m" + number + "=" + peer(number))
                .collect(Collectors.joining(","));
        for (int number = 1; number <= 3; number++) {
            cluster.start(number, initial, "new");
        }
        awaitReads(List.of(client(1), client(2), client(3)));
        return cluster;
    }

    /** How a member's data gets lost. */
    enum Loss {
        /** Its process is killed. */
        KILLED,
        /** Its process is asked to end, and waited for: etcd takes a second to take leave of its peers. */
        STOPPED
    }

    /** Ends member 3, loses its data, and puts member 4 in its place: remove, add as learner, start, promote. */
    void replaceLost(Loss loss) throws IOException, InterruptedException {
        end(3, loss);
        Folders.delete(folder.resolve("m3"));
        try (var admin =
                Client.builder().endpoints(client(1)).waitForReady(false).build()) {
            var cluster = admin.getClusterClient();
            untilDone(() -> {
                for (Member member : cluster.listMember()
                        .get(TRY_MILLIS, TimeUnit.MILLISECONDS)
                        .getMembers()) {
                    if (member.getPeerURIs().contains(URI.create(peer(3)))) {
                        cluster.removeMember(member.getId()).get(TRY_MILLIS, TimeUnit.MILLISECONDS);
                    }
                }
            });
            var id = new long[1];
            untilDone(() -> id[0] = cluster.addMember(List.of(URI.create(peer(4))), true)
                    .get(TRY_MILLIS, TimeUnit.MILLISECONDS)
                    .getMember()
                    .getId());
            start(
                    4,
                    Stream.of(1, 2, 4)
                            .map(number -> "m" + number + "=" + peer(number))
                            .collect(Collectors.joining(",")),
                    "existing");
            untilDone(() -> cluster.promoteMember(id[0]).get(TRY_MILLIS, TimeUnit.MILLISECONDS));
        }
        awaitReads(List.of(client(1), client(2), client(4)));
    }

    /** Waits until each of the members serves a linearizable read. */
    static void awaitReads(List<String> clientUrls) throws InterruptedException {
        var waiting = new ArrayList<>(clientUrls);
        while (!waiting.isEmpty()) {
            waiting.removeIf(ByHand::reads);
        }
    }

    /** Tells whether a member serves a linearizable read now. */
    static boolean reads(String clientUrl) {
        try (var client =
                Client.builder().endpoints(clientUrl).waitForReady(false).build()) {
            client.getKVClient()
                    .get(ByteSequence.from("health", StandardCharsets.UTF_8))
                    .get(TRY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (int number : List.copyOf(processes.keySet())) {
            end(number, Loss.KILLED);
        }
        Folders.delete(folder);
    }

    private void start(int number, String initialCluster, String state) throws IOException {
        String name = "m" + number;
        Files.createDirectories(folder);
        var process = new ProcessBuilder(
                        etcd.toString(),
                        "--name=" + name,
                        "--data-dir=" + folder.resolve(name),
                        "--listen-client-urls=" + client(number),
                        "--advertise-client-urls=" + client(number),
                        "--listen-peer-urls=" + peer(number),
                        "--initial-advertise-peer-urls=" + peer(number),
                        "--initial-cluster=" + initialCluster,
                        "--initial-cluster-state=" + state)
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), name + ".log"))
                .start();
        processes.put(number, process);
    }

    private void end(int number, Loss how) {
        var process = processes.remove(number);
        switch (how) {
            case KILLED -> process.destroyForcibly();
            case STOPPED -> process.destroy();
        }
        process.onExit().join();
    }

    /** Something that etcd may refuse for a while. */
    private interface Attempt {
        void run() throws ExecutionException, TimeoutException, InterruptedException;
    }

    private static void untilDone(Attempt attempt) throws InterruptedException {
        while (true) {
            try {
                attempt.run();
                return;
            } catch (ExecutionException | TimeoutException e) {
                Thread.sleep(20);
            }
        }
    }

    private static String client(int number) {
        return "http://" + NETWORK + number + ":2379";
    }

    private static String peer(int number) {
        return "http://" + NETWORK + number + ":2380";
    }
}
