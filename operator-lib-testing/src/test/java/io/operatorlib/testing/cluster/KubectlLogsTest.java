package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.LeftOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an unmodified kubectl shows of what containers write. */
@Execution(ExecutionMode.CONCURRENT)
class KubectlLogsTest {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private final ClusterTrial trial;
    private final Path folder;
    private Optional<Kubectl> kubectl = Optional.empty();

    KubectlLogsTest(@TempDir Path folder) {
        this.folder = folder;
        this.trial = new ClusterTrial(folder.resolve("cluster"));
    }

    @BeforeEach
    void find() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        kubectl = Kubectl.find().map(program -> new Kubectl(program, trial.cluster.kubeconfig(), home));
        if (kubectl.isEmpty()) {
            LEFT_OUT.say("kubectl logs: put kubectl on the PATH or into KUBEBUILDER_ASSETS");
        }
    }

    @AfterEach
    void end() {
        trial.close();
    }

    private static String run(Kubectl kubectl, String command) {
        return assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> kubectl.run(List.of(command.split(" "))).text());
    }

    private void pod(String name, String script, String policy) {
        trial.create(V1Pod.class, """
                {"metadata": {"name": "%1$s", "labels": {"app": "%1$s"}}, "spec": {"restartPolicy": "%3$s",
                    "containers": [{"name": "main", "image": "shell", "command": ["sh", "-c", "%2$s"]}]}}
                """.formatted(name, script, policy));
    }

    @Test
    void followsALogToItsEnd() {
        kubectl.ifPresent(it -> {
            pod("teller", "echo one; sleep 1; echo two; sleep 1; echo three", "Never");
            trial.awaitLog("teller", "one");
            assertThat(run(it, "kubectl logs -f teller")).isEqualTo("one\ntwo\nthree\n");
            assertThat(run(it, "kubectl logs --tail=1 -l app=teller")).isEqualTo("three\n");
            assertThat(run(it, "kubectl logs --previous teller"))
                    .contains("previous terminated container \"main\" in pod \"teller\" not found");
        });
    }

    @Test
    void showsTheRunBeforeTheLast() {
        kubectl.ifPresent(it -> {
            pod("phoenix", "echo pid $$ in $(cat /proc/uptime); sleep 1000", "Always");
            String first = trial.awaitLog("phoenix", "pid");
            trial.kill("phoenix");
            trial.await(
                    V1Pod.class,
                    "phoenix",
                    pod -> Json.number(0, ClusterTrial.container(pod), "restartCount") == 1 && ClusterTrial.ready(pod));
            trial.awaitLog("phoenix", "pid");
            assertThat(run(it, "kubectl logs phoenix --previous")).isEqualTo(first);
            assertThat(run(it, "kubectl logs phoenix")).contains("pid").isNotEqualTo(first);
        });
    }
}
