package io.operatorlib.testing.contract;

import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real kube-apiserver keeps the contract, so that the contract is what Kubernetes does. It runs where
 * {@code KUBEBUILDER_ASSETS} names the programs; with {@code -Dcontract.record=DIR} it records the answers anew.
 */
@Execution(ExecutionMode.CONCURRENT)
class RealServerContractTest extends KubeApiContract {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static @Nullable KubeApiServerProcess server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("the contract against a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        server = new KubeApiServerProcess(Path.of(assets));
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    @TestFactory
    @Execution(ExecutionMode.SAME_THREAD)
    Stream<DynamicContainer> answersAsKubernetesDoes() throws IOException {
        return server == null ? Stream.empty() : super.answersAsKubernetesDoes();
    }

    @Override
    protected KubeApi api() {
        KubeApiServerProcess running = server;
        if (running == null) {
            throw new IllegalStateException("there is no server");
        }
        return running.api();
    }

    @Override
    protected Waiting waiting() {
        return time -> Thread.sleep(time.toMillis());
    }

    @Override
    protected boolean recording() {
        return System.getProperty("contract.record") != null;
    }

    @Override
    protected void answered(String script, String answers) throws IOException {
        if (recording()) {
            Files.writeString(Path.of(System.getProperty("contract.record"), script + ".contract"), answers);
        }
    }
}
