package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.testing.LeftOut;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.cluster.images.Busybox;
import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.contract.KubeApiServerProcess;
import io.operatorlib.testing.contract.KubectlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An unmodified kubectl says the same of our servers as it says of Kubernetes. */
@Timeout(400)
@Execution(ExecutionMode.CONCURRENT)
class KubectlTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private final Path folder;

    KubectlTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Something that is done with a kubectl. */
    private interface Deed {
        void done(Path program) throws Exception;
    }

    private static void withKubectl(Deed deed) throws Exception {
        var program = Kubectl.find().filter(KubectlTest::speaksThoseWords);
        if (program.isPresent()) {
            deed.done(program.get());
        } else {
            LEFT_OUT.say("sessions of kubectl: put a kubectl " + KubectlSession.KUBECTL
                    + "x on the PATH or into KUBEBUILDER_ASSETS");
        }
    }

    private static boolean speaksThoseWords(Path program) {
        var kubectl = new Kubectl(program, Path.of("none"), Path.of(System.getProperty("java.io.tmpdir")));
        return kubectl.run("kubectl version --client").text().contains(" " + KubectlSession.KUBECTL);
    }

    @Test
    void saysOfOurServerWhatItSaysOfKubernetes() throws Exception {
        withKubectl(program -> {
            var scheduler = new RealScheduler();
            try (var https =
                    ApiServerHttps.start(ApiServer.create(scheduler), scheduler, ApiServerHttps.Listen.loopback())) {
                var kubectl = new Kubectl(program, folder.resolve("kubeconfig"), folder);
                https.writeKubeconfig(kubectl.kubeconfig());
                compare(KubectlSession.SERVER, kubectl);
            }
        });
    }

    @Test
    void saysOfALocalClusterWhatItSaysOfKubernetes() throws Exception {
        withKubectl(program -> {
            Path home = Files.createDirectory(folder.resolve("home"));
            var options = LocalClusterOptions.in(folder.resolve("cluster"))
                    .images(ImageCatalog.of(Busybox.in(folder.resolve("image"))));
            try (var cluster = LocalCluster.start(options)) {
                compare(KubectlSession.PODS, new Kubectl(program, cluster.kubeconfig(), home));
            }
        });
    }

    /** With {@code -Dcontract.record=DIR} it is recorded anew. */
    @Test
    void stillSaysItOfKubernetes() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
            LEFT_OUT.say("kubectl on a real kube-apiserver: KUBEBUILDER_ASSETS names no folder with kube-apiserver");
            return;
        }
        withKubectl(program -> {
            try (var server = new KubeApiServerProcess(Path.of(assets))) {
                Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
                var kubectl = new Kubectl(program, kubeconfig, folder);
                String record = System.getProperty("contract.record");
                if (record == null) {
                    compare(KubectlSession.SERVER, kubectl);
                } else {
                    Files.writeString(
                            Path.of(record, "kubectl-server.session"),
                            KubectlSession.named(KubectlSession.SERVER)
                                    .played(command -> kubectl.run(command).transcript())
                                    .text());
                }
            }
        });
    }

    private static void compare(String name, Kubectl kubectl) throws IOException {
        var recorded = KubectlSession.named(name);
        var played = recorded.played(command -> kubectl.run(command).transcript());
        assertThat(played.differences(recorded)).isEmpty();
    }
}
