package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A local cluster with one operator, in which processes are killed and stopped and members cut off from one another. */
final class ChaosCluster implements AutoCloseable {
    private static final int PEERS = 2380;

    private final Machine machine = Shipped.machine();
    private final Path folder = InMemory.folder("chaos-");
    private final TcpProxy network;
    private final LocalCluster cluster;
    private final KubeApi admin;
    private final String etcdVersion;

    ChaosCluster(long seed) throws IOException {
        network = TcpProxy.start(seed);
        cluster = LocalCluster.start(Kills.impatient(machine.options(folder)).through(network, PEERS));
        admin = KubeApis.fromKubeconfig(cluster.kubeconfig());
        etcdVersion = machine.etcdVersion();
        var stage = new Stage(admin);
        stage.apply(Files.readString(machine.operator().resolve("deploy/install.yaml"))
                .replace("replicas: 2", "replicas: 1"));
        Await.until("the operator is ready", stage::operatorReady);
    }

    /** A namespace with a cluster of etcd, both of that name. */
    Stage begin(String name, int size) {
        var stage = new Stage(admin, name);
        stage.open();
        stage.apply(Stage.cluster(name, size, etcdVersion));
        // who looks every moment does so in this process, and leaves the processors to those who are looked at
        return new Stage(cluster.admin(), name);
    }

    String etcdVersion() {
        return etcdVersion;
    }

    TcpProxy network() {
        return network;
    }

    /** The operator's process: its pod is this cluster's, and other clusters on this machine have operators, too. */
    Optional<ProcessHandle> operator() {
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
        network.close();
        Folders.delete(folder);
    }
}
