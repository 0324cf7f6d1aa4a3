package io.operatorlib.quickstart;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.KubeApis;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiproxy.ApiProxy;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.LocalClusterOptions;
import io.operatorlib.testing.cluster.LocalNode;
import io.operatorlib.testing.cluster.process.Disks;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A cluster of this machine with one operator, whose processes can be killed and stopped, whose disks can be full, and in
 * which what members, clients, the operator and the API server say to each other can be spoiled. The API server is our
 * own, over HTTPS, or a real one.
 */
final class ChaosCluster implements AutoCloseable {
    private static final int PEERS = 2380;

    /** etcd sets aside twice 64 MB for its log; what it has for data beyond that an episode does not use up. */
    static final long DISK_BYTES = 192L << 20;

    /** What a cluster of etcd is made of. */
    private static final List<KindRef> KINDS = Stream.of(
                    V1Pod.class,
                    V1Service.class,
                    V1ConfigMap.class,
                    V1PersistentVolumeClaim.class,
                    V1PodDisruptionBudget.class)
            .map(BuiltInKinds::of)
            .toList();

    private final String apiServer;
    private final String etcdVersion;
    private final boolean disksAreSized;
    private final TcpProxy network;
    private final ApiProxy proxy;
    private final KubeApi admin;
    private final KubeApi looker;
    private final Supplier<Optional<ProcessHandle>> operator;
    private final List<AutoCloseable> parts;

    /**
     * One that is up.
     *
     * @param looker the quickest way to see what there is
     * @param parts to be closed in this order
     */
    private ChaosCluster(
            String apiServer,
            Base base,
            ApiProxy proxy,
            KubeApi admin,
            KubeApi looker,
            Supplier<Optional<ProcessHandle>> operator,
            List<AutoCloseable> parts)
            throws IOException {
        this.apiServer = apiServer;
        this.etcdVersion = base.machine().etcdVersion();
        this.disksAreSized = base.disksAreSized();
        this.network = base.network();
        this.proxy = proxy;
        this.admin = admin;
        this.looker = looker;
        this.operator = operator;
        this.parts = Stream.concat(parts.stream(), Stream.of(proxy, network, () -> Folders.delete(base.folder())))
                .toList();
    }

    /** What any of them stands on. */
    private record Base(Machine machine, Path folder, TcpProxy network, boolean disksAreSized) {
        static Base create(long seed) throws IOException {
            return new Base(Shipped.machine(), InMemory.folder("chaos-"), TcpProxy.start(seed), Disks.canBeSized());
        }

        LocalClusterOptions options() throws IOException {
            var options = Kills.impatient(machine.options(folder)).through(network, PEERS);
            return disksAreSized ? options.withSizedVolumes() : options;
        }

        String manifest(int replicas) throws IOException {
            return Files.readString(machine.operator().resolve("deploy/install.yaml"))
                    .replace("replicas: 2", "replicas: " + replicas);
        }
    }

    /** One with our own API server, and the operator in a pod, under its own roles. */
    static ChaosCluster local(long seed) throws IOException {
        var base = Base.create(seed);
        var cluster = LocalCluster.start(base.options());
        var proxy = ApiProxy.before(cluster.kubeconfig());
        var admin = KubeApis.fromKubeconfig(cluster.kubeconfig());
        var stage = new Stage(admin);
        stage.apply(BehindProxy.secret("etcd-operator", proxy));
        stage.apply(BehindProxy.mounted(base.manifest(1)));
        Await.until("the operator is ready", stage::operatorReady);
        // who looks every moment does so in this process, and leaves the processors to those who are looked at
        return new ChaosCluster(
                "our own API server",
                base,
                proxy,
                admin,
                cluster.admin(),
                ChaosCluster::operatorInPod,
                List.of(cluster));
    }

    /**
     * One with a real API server, and the operator in no pod, as an administrator.
     *
     * @param assets the folder of kube-apiserver and its etcd
     */
    static ChaosCluster beforeKubeApiServer(Path assets, long seed) throws IOException, InterruptedException {
        var base = Base.create(seed);
        var server = new KubeApiServerProcess(assets);
        Path kubeconfig = Files.writeString(base.folder().resolve("kubeconfig"), server.kubeconfig());
        var node = LocalNode.join(kubeconfig, base.options(), KINDS);
        var proxy = ApiProxy.before(kubeconfig);
        Path proxied = base.folder().resolve("proxied");
        proxy.writeKubeconfig(proxied);
        var admin = KubeApis.fromKubeconfig(kubeconfig);
        new Stage(admin).apply(base.manifest(0));
        var operator = OperatorProcess.start(
                base.machine().operatorCommand(), proxied, base.folder().resolve("operator.log"));
        return new ChaosCluster(
                "kube-apiserver", base, proxy, admin, admin, operator::process, List.of(operator, node, server));
    }

    /** A namespace with a cluster of etcd, both of that name. */
    Stage begin(String name, int size, boolean persistent, Reach reach) {
        var stage = new Stage(admin, name);
        stage.open();
        stage.apply(Stage.cluster(name, size, etcdVersion)
                + (persistent ? "  storage: {persistent: {size: " + (DISK_BYTES >> 20) + "Mi}}\n" : ""));
        return new Stage(looker, name, reach);
    }

    /** Whose the API server is. */
    String apiServer() {
        return apiServer;
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

    /**
     * Kills the operator, and waits until it is gone.
     *
     * @return false where it was gone already
     */
    boolean killOperator() {
        var process = operator.get();
        process.ifPresent(running -> {
            running.destroyForcibly();
            running.onExit().join();
        });
        return process.isPresent();
    }

    /** The operator in a pod: of all that run here the one that goes through a proxy. */
    private static Optional<ProcessHandle> operatorInPod() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(Machine.OPERATOR))
                .filter(process -> environment(process).contains("KUBECONFIG=" + BehindProxy.KUBECONFIG))
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
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
