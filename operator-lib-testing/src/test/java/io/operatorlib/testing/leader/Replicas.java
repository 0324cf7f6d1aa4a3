package io.operatorlib.testing.leader;

import io.operatorlib.testing.leader.Site.Landed;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Processes of {@link WriterProgram}, each in a pod of its own and with a way to the server of its own. */
final class Replicas implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVER = "server";

    private final Site site;
    private final Path dir;
    private final TcpProxy network = TcpProxy.start(1);
    private final List<Replica> all = new ArrayList<>();

    /** One process. */
    record Replica(String pod, Process process, TcpProxy network, Path log) {
        void cut() {
            network.cut(pod, SERVER);
        }

        /** What was said meanwhile is lost. */
        void heal() {
            network.breakOff(pod, SERVER);
            network.heal(pod, SERVER);
        }

        void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, "" + process.pid())
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean said(String words) {
            try {
                return Files.readString(log).contains(words);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Replicas(Site site) throws IOException {
        this.site = site;
        this.dir = Files.createTempDirectory("replicas");
    }

    Replica start() throws IOException {
        String pod = "writer-" + (all.size() + 1);
        var here = InetAddress.getLoopbackAddress();
        var way = network.open(pod, SERVER, new InetSocketAddress(here, 0), new InetSocketAddress(here, site.port()));
        Path config = Files.writeString(dir.resolve(pod + ".kubeconfig"), site.kubeconfig(pod, way.getPort()));
        Path log = dir.resolve(pod + ".log");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Doperatorlib.log=INFO",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", config.toString());
        builder.environment().put("POD_NAME", pod);
        var replica = new Replica(pod, builder.start(), network, log);
        all.add(replica);
        return replica;
    }

    /** Until one has its caches synced, and waits or leads. */
    Replica ready(Replica replica) throws InterruptedException {
        await(replica.pod() + " is ready", () -> replica.said("followed kinds="));
        TimeUnit.MILLISECONDS.sleep(300); // for its watch of the lease to be open
        return replica;
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not within " + PATIENCE + ": " + what + "\n" + logs());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private String logs() {
        var text = new StringBuilder();
        for (Replica replica : all) {
            try {
                String log = Files.readString(replica.log());
                text.append(replica.pod()).append(":\n").append(log.substring(Math.max(0, log.length() - 3000)));
            } catch (IOException e) {
                text.append(e);
            }
        }
        return text.toString();
    }

    Optional<Landed> firstWork(Replica replica, Instant after) {
        return work(replica).filter(write -> write.at().isAfter(after)).findFirst();
    }

    Optional<Landed> lastWork(Replica replica) {
        return work(replica).reduce((before, next) -> next);
    }

    Landed firstLease(Replica replica, Instant after) {
        return leases(replica)
                .filter(write -> write.at().isAfter(after))
                .findFirst()
                .orElseThrow();
    }

    Landed lastLease(Replica replica) {
        return leases(replica).reduce((before, next) -> next).orElseThrow();
    }

    private Stream<Landed> leases(Replica replica) {
        return writes(replica, "leases");
    }

    private Stream<Landed> work(Replica replica) {
        return writes(replica, "configmaps");
    }

    private Stream<Landed> writes(Replica replica, String resource) {
        return site.landed().stream()
                .filter(write ->
                        write.by().equals(replica.pod()) && write.resource().equals(resource));
    }

    @Override
    public void close() {
        for (Replica replica : all) {
            replica.process().destroyForcibly();
        }
        network.close();
    }
}
