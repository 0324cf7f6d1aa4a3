package io.operatorlib.postgres.story;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.network.TcpProxy;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A local cluster with the operator on it, and a proxy between its pods, for as long as something is told on it. */
final class Site {
    private Site() {}

    /** What is told on a site. */
    interface Told {
        void on(Stage stage, Story story, TcpProxy network) throws Exception;
    }

    /**
     * Tells something on a site of its own, and ends it.
     *
     * @param operator the program of the operator's image
     * @param seed decides what the proxy leaves to chance
     */
    static void tell(Machine machine, Class<?> operator, long seed, Teller teller, Told told) throws Exception {
        long begin = System.nanoTime();
        Path folder = Files.createTempDirectory("operator-lib-");
        System.setProperty("operatorlib.log", folder.resolve("cluster.log").toString());
        teller.note("what the cluster's parts say goes to " + folder.resolve("cluster.log"));
        try (var network = TcpProxy.start(seed);
                var cluster = machine.cluster(folder, network, operator)) {
            teller.done("a local cluster is up", Duration.ofNanos(System.nanoTime() - begin));
            teller.note("look at it from another terminal: export KUBECONFIG=" + cluster.kubeconfig());
            var stage = new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig()));
            var story = new Story(machine, stage, teller);
            story.install(Files.readString(machine.module().resolve("deploy/install.yaml")));
            told.on(stage, story, network);
        }
        Folders.delete(folder); // where it failed, somebody will want to read it
        teller.chapter(
                "The end: everything was stopped, " + Teller.seconds(Duration.ofNanos(System.nanoTime() - begin)));
    }
}
