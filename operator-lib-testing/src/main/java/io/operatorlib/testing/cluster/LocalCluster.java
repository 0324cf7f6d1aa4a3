package io.operatorlib.testing.cluster;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.cluster.process.PodLogs;
import io.operatorlib.testing.cluster.process.PodProcesses;
import io.operatorlib.testing.network.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Kubernetes cluster of one node in this program: an API server over HTTPS, the controllers that a cluster has, and
 * a kubelet that runs pods as processes of this machine. Closing it ends every process and deletes what it has kept.
 */
public final class LocalCluster implements AutoCloseable {
    /** The name of the only node. */
    public static final String NODE = "local";

    /** What the API server is called as a party of a {@link TcpProxy}. */
    public static final String API_SERVER = "apiserver";

    /** The groups whose kinds are questions: they are answered and never stored. */
    private static final Set<String> QUESTIONS = Set.of("authentication.k8s.io", "authorization.k8s.io");

    private final LocalClusterOptions options;
    private final ApiServer server;
    private final ApiServerHttps face;
    private final LocalNode node;

    private LocalCluster(LocalClusterOptions options, Scheduler scheduler) {
        this.options = options;
        this.server = ApiServer.create(scheduler);
        this.face = ApiServerHttps.start(
                server,
                scheduler,
                new ApiServerHttps.Listen(
                        InetAddress.getLoopbackAddress(),
                        options.port(),
                        List.of("kubernetes.default.svc", "kubernetes.default.svc.cluster.local")));
        face.writeKubeconfig(kubeconfig());
        this.node = node(scheduler);
        server.subresource("pods", "log", new PodLogs(node.runtime(), scheduler));
        server.connections(new PodProcesses(node.runtime()));
    }

    private LocalNode node(Scheduler scheduler) {
        try {
            return LocalNode.start(
                    options,
                    scheduler,
                    new LocalNode.Doors(
                            server.as(new Caller("system:kube-controller-manager", List.of(Caller.MASTERS))),
                            server.as(new Caller("system:node:" + NODE, List.of("system:nodes", Caller.MASTERS))),
                            Optional.of(new KubeletSettings.ApiAccess(
                                    InetAddress.getLoopbackAddress().getHostAddress(), face.port(), face.caPem())),
                            this::kinds));
        } catch (RuntimeException e) {
            face.close();
            throw e;
        }
    }

    /**
     * Starts a cluster; returns when its API server can be reached.
     *
     * @throws IllegalStateException if this machine cannot run pods, saying what is missing
     */
    public static LocalCluster start(LocalClusterOptions options) {
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the cluster's folder " + options.folder(), e);
        }
        return new LocalCluster(options, new RealScheduler());
    }

    private List<KindRef> kinds() {
        return server.served().stream()
                .filter(kind -> !QUESTIONS.contains(kind.group()))
                // at other versions a webhook may be needed, which may be gone: in the namespace that is to be deleted
                .filter(kind -> !kind.custom() || kind.version().equals(kind.storageVersion()))
                .map(kind -> new KindRef(kind.group(), kind.version(), kind.kind(), kind.plural(), kind.namespaced()))
                .toList();
    }

    /** The kubeconfig of a user who may do everything. */
    public Path kubeconfig() {
        return options.folder().resolve("kubeconfig");
    }

    /** Where the API server is reached. */
    public String url() {
        return face.url();
    }

    /** The in-process door of a user who may do everything. */
    public KubeApi admin() {
        return server.as(Caller.ADMIN);
    }

    /** The API server itself: its request log, and doors for other callers. */
    public ApiServer server() {
        return server;
    }

    /** Ends a pod as a node does that is short of something: it stays, as Failed, and never runs again. */
    public void evict(String namespace, String pod, String message) {
        node.evict(namespace, pod, message);
    }

    /** Ends every process, then everything else, and deletes the cluster's files. */
    @Override
    public void close() {
        node.close();
        face.close();
        Folders.delete(kubeconfig());
    }
}
