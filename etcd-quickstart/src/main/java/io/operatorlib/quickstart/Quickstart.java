package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program behind {@code ./quickstart}. */
public final class Quickstart {
    // kept, for what is set at a logger is forgotten with it
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    private Quickstart() {}

    public static void main(String[] args) throws Exception {
        var options = List.of(args);
        var machine = new Machine(after("--etcd", options), after("--operator", options));
        Path folder = Files.createTempDirectory("operator-lib-");
        Path log = folder.resolve("cluster.log");
        System.setProperty("operatorlib.log", log.toString());
        TRANSPORT.setLevel(Level.WARNING); // the etcd client's transport speaks of itself, on the terminal
        var teller = new Teller(System.out, options.contains("--live"));
        long begin = System.nanoTime();
        teller.note("what the cluster's parts say goes to " + log);
        try (var cluster = machine.cluster(folder)) {
            teller.done("a local cluster is up", Duration.ofNanos(System.nanoTime() - begin));
            look(teller, cluster);
            tell(
                    new Story(new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig())), machine.etcdVersion(), teller),
                    machine);
            if (options.contains("--keep")) {
                teller.chapter("The cluster stays up; Ctrl-C ends it");
                look(teller, cluster);
                new CountDownLatch(1).await();
            }
        }
        teller.chapter(
                "The end: everything was stopped, " + Teller.seconds(Duration.ofNanos(System.nanoTime() - begin)));
    }

    private static void tell(Story story, Machine machine) throws Exception {
        story.install(Files.readString(machine.operator().resolve("deploy/install.yaml")));
        story.create();
        story.killProcess();
        story.loseData();
        story.resize();
        story.withoutOperator();
        story.delete();
    }

    private static Path after(String option, List<String> options) {
        return Path.of(options.get(options.indexOf(option) + 1));
    }

    private static void look(Teller teller, LocalCluster cluster) {
        teller.note("look at it from another terminal:");
        teller.note("  export KUBECONFIG=" + cluster.kubeconfig());
        teller.note("  kubectl get etcdclusters,pods -w");
        teller.note("  kubectl describe etcdcluster db");
        teller.note("  kubectl -n etcd-operator logs deployment/etcd-operator -f");
    }
}
