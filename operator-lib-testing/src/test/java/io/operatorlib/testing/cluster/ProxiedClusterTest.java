package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.testing.network.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Pods with a proxy between them. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class ProxiedClusterTest {
    private static final int PORT = 7000;

    /** Says every tenth of a second what it gets from its peer, and whether the API server answers. */
    private static final String LOOK = "while :; do "
            + "curl -s -m 0.5 http://peer-b.peers:7000/ || echo no peer; "
            + "curl -sk -m 0.5 -o /dev/null https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/version "
            + "&& echo server || echo no server; sleep 0.1; done";

    @Test
    void podsReachEachOtherAndTheApiServerThroughAProxyThatCanBeToldToCutThem(@TempDir Path folder) throws Exception {
        try (var proxy = TcpProxy.start(1);
                var trial = new ClusterTrial(folder, options -> options.through(proxy, PORT))) {
            trial.create(V1Service.class, """
                    {"metadata": {"name": "peers"}, "spec": {"clusterIP": "None", "publishNotReadyAddresses": true,
                        "selector": {"set": "peers"}, "ports": [{"port": 7000}]}}
                    """);
            peer(trial, "peer-b", "getent hosts peer-b.peers; exec sleep 1000");
            String address = Json.text(trial.await(V1Pod.class, "peer-b", ClusterTrial::ready), "status", "podIP");
            try (var server = new Hello(address, PORT)) {
                peer(trial, "peer-a", "getent hosts peer-b.peers; " + LOOK);
                String log = trial.awaitLog("peer-a", "hello");
                assertThat(server.asked()).isPositive();
                assertThat(log.lines().findFirst().orElseThrow())
                        .contains("peer-b.peers")
                        .doesNotContain(address + " ");
                assertThat(trial.awaitLog("peer-b", "peer-b.peers"))
                        .as("itself it reaches")
                        .startsWith(address + " ");

                proxy.cut("default/peer-a", "default/peer-b");
                trial.awaitInLogFromNow("peer-a", "no peer\nserver");
                proxy.heal();
                trial.awaitInLogFromNow("peer-a", "hello");

                // region cutpods
                proxy.cut("default/peer-a", LocalCluster.API_SERVER);
                // endregion
                trial.awaitInLogFromNow("peer-a", "hello\nno server");
                proxy.heal();
                trial.awaitInLogFromNow("peer-a", "\nserver");
            }
            trial.delete(V1Pod.class, "peer-a", DeleteOptions.DEFAULT.grace(Duration.ZERO));
            trial.awaitGone(V1Pod.class, "peer-a");
            peer(trial, "peer-a", "getent hosts peer-b.peers; exec sleep 1000");
            trial.awaitLog("peer-a", "peer-b.peers");
        }
    }

    private static void peer(ClusterTrial trial, String name, String script) {
        trial.create(V1Pod.class, """
                {"metadata": {"name": "%1$s", "labels": {"set": "peers"}},
                 "spec": {"hostname": "%1$s", "subdomain": "peers", "containers": [{"name": "main", "image": "shell",
                    "command": ["sh", "-c", "%2$s"]}]}}
                """.formatted(name, script));
    }
}
