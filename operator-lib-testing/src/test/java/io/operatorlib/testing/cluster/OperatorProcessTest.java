package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.spi.ApiRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code Operator.run} is the program of a process: from its environment to its last signal. */
class OperatorProcessTest {
    private static final int SIGTERM = 143;
    private static final String GREETINGS = "/apis/demo.operatorlib.io/v1/namespaces/default/greetings";

    private final Path folder;
    private final int port;

    OperatorProcessTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        try (var socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
    }

    @Test
    void itWorksServesItsHealthAndEndsInOrderWhenItIsAsked() throws Exception {
        try (var trial = new ClusterTrial(folder.resolve("cluster"))) {
            var operator = start(trial.cluster.kubeconfig().toString());
            try {
                trial.await(() -> says("/readyz").filter(code -> code == 200), this::output);
                greet(trial);
                trial.await(
                        V1ConfigMap.class, "hello-page", page -> page.toString().contains("\"text\":\"hi\""));
                assertThat(says("/healthz")).contains(200);
                assertThat(says("/metrics")).contains(200);
                operator.destroy();
                assertThat(operator.waitFor(30, TimeUnit.SECONDS)).as(output()).isTrue();
                assertThat(operator.exitValue()).isEqualTo(SIGTERM);
                assertThat(output()).contains("in_order=true").doesNotContain("Exception");
            } finally {
                operator.destroyForcibly();
            }
        }
    }

    @Test
    void withoutAClusterItEndsAndSaysWhatIsMissing() throws Exception {
        var operator = start(folder.resolve("none").toString());
        try {
            assertThat(operator.waitFor(30, TimeUnit.SECONDS)).as(output()).isTrue();
            assertThat(operator.exitValue()).isEqualTo(1);
            assertThat(output()).contains(folder.resolve("none").toString());
        } finally {
            operator.destroyForcibly();
        }
    }

    private Process start(String kubeconfig) throws IOException {
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Doperatorlib.log=INFO",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Greeter.class.getName(),
                        String.valueOf(port)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("KUBECONFIG", kubeconfig);
        builder.environment().put("POD_IP", "127.0.0.1");
        return builder.start();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What the operator's own server answers; empty where nobody listens. */
    private Optional<Integer> says(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try {
            return Optional.of(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode());
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void greet(ClusterTrial trial) {
        var greeting = "{\"apiVersion\": \"demo.operatorlib.io/v1\", \"kind\": \"Greeting\","
                + " \"metadata\": {\"name\": \"hello\"}, \"spec\": {\"text\": \"hi\"}}";
        try (var reply = trial.cluster
                .admin()
                .send(ApiRequest.of(ApiRequest.Method.POST, GREETINGS).withBody("application/json", greeting))) {
            assertThat(reply.status()).isEqualTo(201);
        }
    }
}
