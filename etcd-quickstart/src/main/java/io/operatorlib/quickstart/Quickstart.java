package io.operatorlib.quickstart;

import io.operatorlib.KubeApis;
import io.operatorlib.internal.Termination;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The program behind {@code ./quickstart}. However it ends, no process and no file is left; only where the story did
 * not come to its end by itself, the log stays.
 */
public final class Quickstart {
    // kept, for what is set at a logger is forgotten with it
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

    /** Ending every process takes a second or two; after this, Ctrl-C ends the program as it is. */
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final Machine machine;
    private final Path folder;
    private final boolean keep;
    private final Teller teller;

    private Quickstart(Machine machine, Path folder, boolean keep, Teller teller) {
        this.machine = machine;
        this.folder = folder;
        this.keep = keep;
        this.teller = teller;
    }

    public static void main(String[] args) throws Exception {
        var options = List.of(args);
        Path folder = Files.createTempDirectory("operator-lib-");
        Path log = folder.resolve("cluster.log");
        System.setProperty("operatorlib.log", log.toString());
        TRANSPORT.setLevel(Level.WARNING); // the etcd client's transport speaks of itself, on the terminal
        var teller = new Teller(System.out, options.contains("--live"));
        var machine = new Machine(after("--etcd", options), after("--operator", options));
        try (var termination = Termination.watch(FAREWELL)) {
            var listener = new Listener(termination, Thread.currentThread());
            try {
                new Quickstart(machine, folder, options.contains("--keep"), teller).run(log);
                Folders.delete(folder);
            } catch (Exception e) {
                if (!listener.heard()) {
                    teller.note("what the cluster's parts said is in " + log);
                    throw e;
                }
                Folders.delete(folder);
                teller.chapter("Ended early: everything was stopped");
            }
        }
    }

    /** Interrupts the story when the program is asked to end. */
    private static final class Listener {
        private final Termination termination;
        private final Thread story;
        private volatile boolean heard;

        Listener(Termination termination, Thread story) {
            this.termination = termination;
            this.story = story;
            var thread = new Thread(this::listen, "listener");
            thread.setDaemon(true);
            thread.start();
        }

        private void listen() {
            try {
                termination.await();
                heard = true;
                story.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean heard() {
            return heard;
        }
    }

    private void run(Path log) throws Exception {
        long begin = System.nanoTime();
        teller.note("what the cluster's parts say goes to " + log);
        try (var cluster = machine.cluster(folder)) {
            teller.done("a local cluster is up", Duration.ofNanos(System.nanoTime() - begin));
            try {
                tell(cluster);
            } finally {
                boolean unused = Thread.interrupted(); // the cluster is to end properly
            }
        }
        teller.chapter(
                "The end: everything was stopped, " + Teller.seconds(Duration.ofNanos(System.nanoTime() - begin)));
    }

    private void tell(LocalCluster cluster) throws Exception {
        look(cluster);
        var story = new Story(new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig())), machine.etcdVersion(), teller);
        story.tell(Files.readString(machine.operator().resolve("deploy/install.yaml")));
        if (keep) {
            story.leave();
            teller.chapter("The cluster stays up; Ctrl-C ends it");
            look(cluster);
            teller.note("  kubectl scale etcd db --replicas=5");
            teller.note("  kubectl explain etcdcluster.spec");
            new CountDownLatch(1).await();
        }
    }

    private static Path after(String option, List<String> options) {
        return Path.of(options.get(options.indexOf(option) + 1));
    }

    private void look(LocalCluster cluster) {
        teller.note("look at it from another terminal:");
        teller.note("  export KUBECONFIG=" + cluster.kubeconfig());
        teller.note("  kubectl get pods -w");
        teller.note("  kubectl get etcdclusters -w");
        teller.note("  kubectl describe etcdcluster db");
        teller.note("  kubectl -n etcd-operator logs deployment/etcd-operator -f");
    }
}
