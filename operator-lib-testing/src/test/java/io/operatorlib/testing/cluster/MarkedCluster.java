package io.operatorlib.testing.cluster;

import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.testing.cluster.process.Folders;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program with a local cluster and one pod in it, which ignores SIGTERM and has started a second process. */
final class MarkedCluster {
    private MarkedCluster() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        var trial = new ClusterTrial(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            trial.close();
            Folders.delete(folder);
        }));
        trial.create(V1Pod.class, """
                {"metadata": {"name": "marked"}, "spec": {"containers": [{"name": "main", "image": "shell",
                    "env": [{"name": "MARK", "value": "%s"}],
                    "command": ["sh", "-c", "trap '' TERM; sleep 1000 & echo up; while :; do sleep 1; done"]}]}}
                """.formatted(arguments[1]));
        trial.awaitLog("marked", "up");
        System.out.println("running");
        new CountDownLatch(1).await();
    }
}
