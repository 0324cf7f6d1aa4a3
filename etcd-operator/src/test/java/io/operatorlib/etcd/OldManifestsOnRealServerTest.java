package io.operatorlib.etcd;

import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** CoreOS's manifests on a real kube-apiserver, where {@code KUBEBUILDER_ASSETS} names one. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class OldManifestsOnRealServerTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    @Test
    void areTakenOverAndReadBackAsTheyWereWritten() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("CoreOS's manifests on a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with"
                    + " kube-apiserver and etcd");
            return;
        }
        try (var server = new KubeApiServerProcess(Path.of(assets))) {
            System.out.println("old manifests on kube-apiserver:\n" + new OldManifestsTrial(server.api()).tell());
        }
    }
}
