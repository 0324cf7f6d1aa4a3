package io.operatorlib.testing.conversion;

import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An operator's webhook, asked by a real kube-apiserver, where {@code KUBEBUILDER_ASSETS} names one. */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class WebhookOnRealServerTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    @Test
    void convertsHealsAndRotates() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("a webhook asked by a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        try (var server = new KubeApiServerProcess(Path.of(assets))) {
            System.out.println("webhook on kube-apiserver:\n" + new WebhookTrial(server.api()).tell());
        }
    }
}
