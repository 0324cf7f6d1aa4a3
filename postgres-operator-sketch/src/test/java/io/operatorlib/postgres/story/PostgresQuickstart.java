package io.operatorlib.postgres.story;

import io.operatorlib.KubeApis;
import io.operatorlib.testing.cluster.process.Folders;
import io.operatorlib.testing.story.Teller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The program behind {@code ./quickstart postgres}. */
public final class PostgresQuickstart {
    private PostgresQuickstart() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("operator-lib-");
        System.setProperty("operatorlib.log", folder.resolve("cluster.log").toString());
        List<String> arguments = List.of(args);
        var teller = new Teller(System.out, arguments.contains("--live"));
        if (!Machine.runsPodsAsOthers()) {
            throw new IllegalStateException("not on this machine: see above");
        }
        var machine = Machine.with(Path.of(arguments.get(arguments.indexOf("--postgres") + 1)));
        long begin = System.nanoTime();
        teller.note("what the cluster's parts say goes to " + folder.resolve("cluster.log"));
        try (var cluster = machine.cluster(folder)) {
            teller.done("a local cluster is up", Duration.ofNanos(System.nanoTime() - begin));
            teller.note("look at it from another terminal: export KUBECONFIG=" + cluster.kubeconfig());
            var story = new Story(machine, new Stage(KubeApis.fromKubeconfig(cluster.kubeconfig())), teller);
            story.install(Files.readString(machine.module().resolve("deploy/install.yaml")));
            story.tell(true);
        }
        teller.chapter(
                "The end: everything was stopped, " + Teller.seconds(Duration.ofNanos(System.nanoTime() - begin)));
        Folders.delete(folder);
    }
}
