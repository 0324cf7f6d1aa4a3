package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiproxy.ApiProxy;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.process.Disks;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A local cluster with one operator, whose processes can be killed and stopped, whose disks can be full, and in which what
 * members, clients, the operator and the API server say to each other can be spoiled.
 */
final class ChaosCluster implements AutoCloseable {
    private static final int PEERS = 2380;

    /** etcd sets aside twice 64 MB for its log; what it has for data beyond that an episode does not use up. */
    static final long DISK_BYTES = 192L << 20;

    private final Machine machine = Shipped.machine();
    private final Path folder = InMemory.folder("chaos-");
    private final TcpProxy network;
    private final LocalCluster cluster;
    private final ApiProxy proxy;
    private final boolean disksAreSized = Disks.canBeSized();
    private final KubeApi admin;
    private final String etcdVersion;

    ChaosCluster(long seed) throws IOException {
        network = TcpProxy.start(seed);
        var options = Kills.impatient(machine.options(folder)).through(network, PEERS);
        cluster = LocalCluster.start(disksAreSized ? options.withSizedVolumes() : options);
        proxy = ApiProxy.before(cluster.kubeconfig());
        admin = KubeApis.fromKubeconfig(cluster.kubeconfig());
        etcdVersion = machine.etcdVersion();
        var stage = new Stage(admin);
        stage.apply(BehindProxy.secret("etcd-operator", proxy));
        stage.apply(BehindProxy.mounted(Files.readString(machine.operator().resolve("deploy/install.yaml")))
                .replace("replicas: 2", "replicas: 1"));
        Await.until("the operator is ready", stage::operatorReady);
    }

    /** A namespace with a cluster of etcd, both of that name. */
    Stage begin(String name, int size, boolean persistent, Reach reach) {
        var stage = new Stage(admin, name);
        stage.open();
        stage.apply(Stage.cluster(name, size, etcdVersion)
                + (persistent ? "  storage: {persistent: {size: " + (DISK_BYTES >> 20) + "Mi}}\n" : ""));
        // who looks every moment does so in this process, and leaves the processors to those who are looked at
        return new Stage(cluster.admin(), name, reach);
    }

    String etcdVersion() {
        return etcdVersion;
    }

    /** What members, and clients and members, say to each other. */
    TcpProxy network() {
        return network;
    }

    /** What the operator and the API server say to each other. */
    ApiProxy proxy() {
        return proxy;
    }

    /** Whether a member's disk can be full, and others not. */
    boolean disksAreSized() {
        return disksAreSized;
    }

    /** Kills the operator, and waits until it is gone. */
    void killOperator() {
        operator().ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** The operator's process: its pod is this cluster's, and other clusters on this machine have operators, too. */
    private Optional<ProcessHandle> operator() {
        String port = "KUBERNETES_SERVICE_PORT=" + URI.create(cluster.url()).getPort();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(Machine.OPERATOR))
                .filter(process -> environment(process).contains(port))
                .filter(process -> process.children().findAny().isEmpty())
                .findFirst();
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "environ"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    @Override
    public void close() {
        cluster.close();
        proxy.close();
        network.close();
        Folders.delete(folder);
    }
}
