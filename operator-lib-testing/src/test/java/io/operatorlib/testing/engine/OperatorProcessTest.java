package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code Operator.run()} as what it is: the program of a process. */
class OperatorProcessTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int KILLED_BY_SIGTERM = 143;
    private static final Pattern ADDRESS = Pattern.compile("started operator=greeter http=\\S*?:(\\d+)");
    private static final Path METRICS_PAGE = Path.of("../docs/reference/metrics.md");

    private final Path folder;

    private final RealScheduler scheduler = new RealScheduler();

    OperatorProcessTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** The program. */
    static final class Greeter {
        private Greeter() {}

        public static void main(String[] args) {
            Operator.named("greeter")
                    .crd(Crd.hub(World.GREETING))
                    .controller(Controller.of(World.GREETING)
                            .owns(V1ConfigMap.class)
                            .reconcile(seen -> {
                                if ("throw".equals(seen.spec().text())) {
                                    throw new IllegalStateException("as it was asked to");
                                }
                                return Plan.of(new GreetingStatus(1))
                                        .apply(new V1ConfigMap()
                                                .metadata(seen.childMeta("page"))
                                                .data(Map.of("a", "b")));
                            }))
                    .http(0)
                    .run(args);
        }
    }

    private Process start(ApiServerHttps https, String... arguments) throws IOException {
        Path kubeconfig = folder.resolve("kubeconfig");
        https.writeKubeconfig(kubeconfig);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Doperatorlib.log=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                Greeter.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("POD_IP", "127.0.0.1");
        return builder.start();
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = scheduler.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(scheduler.nanoTime()).as("%s: %s", what, log()).isLessThan(end);
            scheduler.sleep(Duration.ofMillis(20));
        }
    }

    private int port() throws InterruptedException {
        await("it listens", () -> ADDRESS.matcher(log()).find());
        var matcher = ADDRESS.matcher(log());
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private record Answer(int status, String body) {}

    private static Answer get(int port, String path) {
        return ask(port, path, "GET");
    }

    private static Answer ask(int port, String path, String method) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LONG)
                .build();
        try {
            var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void greet(ApiServer server, String name, String text) {
        var response = server.as(Caller.ADMIN)
                .send(ApiRequest.of(Method.POST, "/apis/demo.operatorlib.io/v1/namespaces/default/greetings")
                        .withBody(
                                "application/json",
                                ("{'apiVersion':'demo.operatorlib.io/v1','kind':'Greeting','metadata':{'name':'" + name
                                                + "'},'spec':{'text':'" + text + "'}}")
                                        .replace('\'', '"')));
        assertThat(response.ok()).isTrue();
    }

    private static boolean there(ApiServer server, String map) {
        return server.as(Caller.ADMIN)
                .send(ApiRequest.of(Method.GET, "/api/v1/namespaces/default/configmaps/" + map))
                .ok();
    }

    @Test
    void itBecomesReadyWorksIsMeasuredAndEndsInOrderOnSigterm() throws Exception {
        var server = ApiServer.create(scheduler);
        try (var https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback())) {
            Process process = start(https);
            try {
                int port = port();
                await("it is ready", () -> get(port, "/readyz").status() == 200);
                assertThat(get(port, "/healthz").body()).startsWith("ok");
                assertThat(get(port, "/healthz/more").status()).isEqualTo(404);
                assertThat(get(port, "/nothing").status()).isEqualTo(404);
                assertThat(ask(port, "/metrics", "POST").status()).isEqualTo(405);

                greet(server, "hello", "a");
                greet(server, "bad", "throw");
                await("it works", () -> there(server, "hello-page"));
                await("it fails", () -> get(port, "/metrics").body().contains("reason=\"IllegalStateException\""));
                assertThat(shown(get(port, "/metrics").body())).isEqualTo(documented());

                slowClientsDoNotKeepTheProbesFromAnAnswer(port);
                process.destroy();
                assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(KILLED_BY_SIGTERM);
                assertThat(log()).contains("stopped operator=greeter in_order=true");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void itPrintsWhatItIsAskedForAndEnds() throws Exception {
        var server = ApiServer.create(scheduler);
        try (var https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback())) {
            assertThat(printed(https, 0, "definitions")).contains("name: greetings.demo.operatorlib.io");
            assertThat(printed(https, 0, "roles")).contains("kind: ClusterRole");
            new CrdRegistrar(server.as(Caller.ADMIN), scheduler, "greeter").register(Crd.hub(World.GREETING));
            greet(server, "hello", "a");
            assertThat(printed(https, 0, "dry-run")).contains("hello-page");
            assertThat(there(server, "hello-page")).isFalse();
            assertThat(printed(https, 1, "definition"))
                    .contains("greeter does not know [definition]")
                    .contains("definitions, roles, dry-run");
        }
    }

    private String printed(ApiServerHttps https, int exitCode, String argument) throws Exception {
        Process process = start(https, argument);
        try {
            assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(log()).isEqualTo(exitCode);
            return log();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void slowClientsDoNotKeepTheProbesFromAnAnswer(int port) throws IOException {
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 20; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                slow.add(socket);
                socket.getOutputStream().write("GET /metrics HTT".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            assertThat(get(port, "/healthz").status()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** The labels of each metric, but for those of the JVM, of which the page names the families. */
    private static Map<String, Set<String>> shown(String metrics) {
        var shown = new TreeMap<String, Set<String>>();
        var families = new TreeSet<String>();
        for (String line : metrics.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                families.add(line.split(" ", -1)[2]);
                continue;
            }
            var sample = Pattern.compile("(\\w+?)(_bucket|_count|_sum)?(\\{(.*)})? \\S+")
                    .matcher(line);
            if (line.isEmpty() || line.startsWith("#") || !sample.matches()) {
                continue;
            }
            String family = families.contains(sample.group(1)) ? sample.group(1) : line.split("[{ ]", -1)[0];
            if (family.matches("(jvm|process|system)_.*")) {
                continue;
            }
            var labels = shown.computeIfAbsent(family, any -> new TreeSet<>());
            var label = Pattern.compile("(\\w+)=\"").matcher(sample.group(4) == null ? "" : sample.group(4));
            while (label.find()) {
                if (!label.group(1).equals("le")) {
                    labels.add(label.group(1));
                }
            }
        }
        return shown;
    }

    private static Map<String, Set<String>> documented() throws IOException {
        var documented = new TreeMap<String, Set<String>>();
        var row = Pattern.compile("\\| `(\\w+)` \\| (.*?) \\|.*");
        for (String line : Files.readAllLines(METRICS_PAGE)) {
            var matcher = row.matcher(line);
            if (matcher.matches()) {
                var labels =
                        new TreeSet<>(List.of(matcher.group(2).replace("`", "").split(", ", -1)));
                labels.remove("");
                documented.put(matcher.group(1), labels);
            }
        }
        return documented;
    }
}
