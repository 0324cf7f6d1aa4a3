package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodList;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs to begin, each in a JVM of its own: memory for a long list, and classes that nobody needs. */
class StartTrapsTest {
    private static final int PODS = 5_000;
    private static final int SIZE_OF_A_POD = 6_700;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private HttpServer server;
    private ExecutorService threads;

    @BeforeEach
    void serve() throws IOException {
        threads = Executors.newCachedThreadPool(body -> {
            var thread = new Thread(body, "pods");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, 0);
                String query = String.valueOf(exchange.getRequestURI().getQuery());
                if (query.contains("sendInitialEvents=true")) {
                    stream(exchange.getResponseBody());
                }
                if (query.contains("watch=true")) {
                    TimeUnit.SECONDS.sleep(PATIENCE.toSeconds());
                } else {
                    pods(query, exchange.getResponseBody());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** A list, in pages for whom asks for pages. */
    private static void pods(String query, OutputStream out) throws IOException {
        int limit = PODS;
        int from = 0;
        for (String pair : query.split("&")) {
            if (pair.startsWith("limit=")) {
                limit = Integer.parseInt(pair.substring("limit=".length()));
            } else if (pair.startsWith("continue=")) {
                from = Integer.parseInt(pair.substring("continue=".length()));
            }
        }
        int to = Math.min(PODS, from + limit);
        String more = to < PODS ? ",\"continue\":\"" + to + "\"" : "";
        write(
                out,
                "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"9000\"" + more
                        + "},\"items\":[");
        for (int i = from; i < to; i++) {
            write(out, (i > from ? "," : "") + pod(i));
        }
        write(out, "]}");
    }

    /** All of them as events, and that they are all. */
    private static void stream(OutputStream out) throws IOException {
        for (int i = 0; i < PODS; i++) {
            write(out, "{\"type\":\"ADDED\",\"object\":" + pod(i) + "}\n");
        }
        write(
                out,
                "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9000\",\"annotations\":"
                        + "{\"k8s.io/initial-events-end\":\"true\"}}}}\n");
        out.flush();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String pod(int number) {
        var pod = new StringBuilder(
                "{\"metadata\":{\"namespace\":\"default\",\"name\":\"pod-" + number
                        + "\",\"uid\":\"uid-" + number + "\",\"resourceVersion\":\"" + (1_000 + number)
                        + "\",\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"env\":[");
        for (int i = 0; pod.length() < SIZE_OF_A_POD - 300; i++) {
            pod.append(i > 0 ? "," : "")
                    .append("{\"name\":\"VARIABLE_" + i + "\",\"value\":\"value-" + number + "-" + i + "\"}");
        }
        return pod.append("]}]},\"status\":{\"phase\":\"Running\",\"podIP\":\"10.0.0.1\",\"conditions\":[{\"type\":"
                        + "\"Ready\",\"status\":\"True\"}]}}")
                .toString();
    }

    @Test
    void t47_fiveThousandPodsAreFollowedInAHeapOf64Megabytes() throws Exception {
        String theirs = run(List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"), "theirs");
        String ours = run(List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"), "ours");

        assertThat(ours).contains("synced " + PODS);
        SideBySide.tell("T47", theirs, ours);
    }

    @Test
    void t48_theTableOfAllModelsIsNotFilledAtTheStart() throws Exception {
        Path classes = folder.resolve("classes");
        String log = "-Xlog:class+load:file=" + classes;
        String theirs = run(List.of(log), "theirs");
        long theirClasses = loaded(classes);
        String ours = run(List.of(log), "ours");

        assertThat(Files.readString(classes))
                .contains("io.operatorlib.internal.cache.Informer")
                .doesNotContain("io.kubernetes.client.util.ModelMapper ")
                .doesNotContain("io.kubernetes.client.util.Yaml ");
        SideBySide.tell("T48", theirs + ", " + theirClasses + " classes", ours + ", " + loaded(classes) + " classes");
    }

    private static long loaded(Path classes) throws IOException {
        try (var lines = Files.lines(classes)) {
            return lines.filter(line -> line.contains("source:")).count();
        }
    }

    private String run(List<String> options, String whose) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Follower.class.getName()));
        command.addAll(List.of(whose, "http://127.0.0.1:" + server.getAddress().getPort()));
        Path out = folder.resolve(whose);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return "not synced after " + PATIENCE;
            }
        } finally {
            process.destroyForcibly();
        }
        try (var lines = Files.lines(out)) {
            return lines.filter(line -> line.startsWith("synced") || line.contains("OutOfMemoryError"))
                    .findFirst()
                    .orElse("ended with code " + process.exitValue());
        }
    }

    /** The program of such a JVM: follows all pods, says how many there are, and ends. */
    static final class Follower {
        private Follower() {}

        public static void main(String[] args) {
            var scheduler = new RealScheduler();
            var client = new ClientBuilder()
                    .setBasePath(URI.create(args[1]).toString())
                    .build();
            int pods = args[0].equals("ours") ? ours(client, scheduler) : theirs(client);
            var running = java.lang.management.ManagementFactory.getRuntimeMXBean();
            System.out.println("synced " + pods + " pods " + running.getUptime() + " ms after the JVM's start");
            Runtime.getRuntime().halt(0);
        }

        private static int ours(io.kubernetes.client.openapi.ApiClient client, RealScheduler scheduler) {
            var informer = new Informer(
                    new KubeClient(new ClientJavaKubeApi(client)),
                    scheduler,
                    ListQuery.all(BuiltInKinds.of(V1Pod.class)),
                    List.of());
            informer.start();
            TrapServer.comes(informer::synced, PATIENCE);
            return informer.store().size();
        }

        private static int theirs(io.kubernetes.client.openapi.ApiClient client) {
            var informer = new SharedInformerFactory(client)
                    .sharedIndexInformerFor(
                            new GenericKubernetesApi<>(V1Pod.class, V1PodList.class, "", "v1", "pods", client),
                            V1Pod.class,
                            0);
            informer.run();
            TrapServer.comes(() -> informer.getIndexer().list().size() == PODS, PATIENCE);
            return informer.getIndexer().list().size();
        }
    }
}
