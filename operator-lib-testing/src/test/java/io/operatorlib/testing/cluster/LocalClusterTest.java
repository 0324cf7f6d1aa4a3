package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.DeleteOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods as processes of this machine, from the API to the file system and back. */
class LocalClusterTest {
    private static ClusterTrial trial;

    @BeforeAll
    static void start(@TempDir Path folder) {
        trial = new ClusterTrial(folder);
    }

    @AfterAll
    static void stop() {
        trial.close();
    }

    private static void pod(String name, String rest) {
        trial.create(V1Pod.class, """
                {"metadata": {"name": "%s"}, "spec": {%s}}
                """.formatted(name, rest));
    }

    @Test
    void aPodRunsAsAProcessAndItsLogIsRead() {
        pod("hello", """
                "nodeName": "local", "containers": [{"name": "main", "image": "shell",
                    "command": ["sh", "-c", "echo hello from $HOSTNAME at $IP; exec sleep 1000"],
                    "env": [{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]}]
                """);
        var pod = trial.await(V1Pod.class, "hello", ClusterTrial::ready);
        String ip = Json.text(pod, "status", "podIP");
        assertThat(ip).startsWith("127.");
        assertThat(trial.awaitLog("hello", "hello")).isEqualTo("hello from hello at " + ip + "\n");
        trial.delete(V1Pod.class, "hello", DeleteOptions.DEFAULT.grace(java.time.Duration.ofSeconds(1)));
        trial.awaitGone(V1Pod.class, "hello");
    }
}
