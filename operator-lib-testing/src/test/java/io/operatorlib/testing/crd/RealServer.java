package io.operatorlib.testing.crd;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real kube-apiserver, started once for all tests that ask for it. Where there is none, that is said at the end. */
public final class RealServer implements BeforeAllCallback {
    private final String what;
    private final LeftOut leftOut = new LeftOut();
    private ExtensionContext.@Nullable Store store;

    /** What is done on a server. */
    interface Use {
        void on(KubeApi api, Scheduler scheduler) throws Exception;
    }

    /** A server for a class of tests. */
    public RealServer(String what) {
        this.what = what;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        leftOut.beforeAll(context);
        store = context.getRoot().getStore(ExtensionContext.Namespace.create(RealServer.class));
    }

    void with(Use use) throws Exception {
        var server = server();
        if (server.isPresent()) {
            use.on(server.get().api(), new RealScheduler());
        }
    }

    /** The server; empty where there is none. */
    public Optional<KubeApiServerProcess> server() {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            leftOut.say(what + " on a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with kube-apiserver and"
                    + " etcd");
            return Optional.empty();
        }
        return Optional.of(Objects.requireNonNull(store)
                .getOrComputeIfAbsent("server", key -> start(Path.of(assets)), KubeApiServerProcess.class));
    }

    private static KubeApiServerProcess start(Path assets) {
        try {
            return new KubeApiServerProcess(assets);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
