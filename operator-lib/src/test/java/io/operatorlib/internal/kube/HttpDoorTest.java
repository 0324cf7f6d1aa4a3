package io.operatorlib.internal.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The door's own behaviour, against a plain HTTP server that does what it is told. */
@Timeout(30)
class HttpDoorTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private interface Answer {
        void give(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private record Seen(String method, String uri, String authorization, String body) {}

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Answer answer = exchange -> reply(exchange, 200, "{}");
    private HttpServer server;
    private ClientJavaKubeApi api;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.add(new Seen(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                answer.give(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        Path file = folder.resolve("kubeconfig");
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d/prefix/"}}]
                users: [{name: u, user: {token: secret}}]
                """.formatted(server.getAddress().getPort()));
        api = ClientJavaKubeApi.fromKubeconfig(file);
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void hang(HttpExchange exchange) throws InterruptedException {
        over.await();
    }

    private static ApiRequest get(String path) {
        return ApiRequest.of(Method.GET, path).within(LONG);
    }

    @Test
    void aRequestReachesTheServerWithItsParametersEscapedAndItsCredentials() throws Exception {
        try (var response = api.send(get("/api/v1/namespaces/a b/x:y").with("labelSelector", "a in (b,c),d=e&f"))) {
            assertThat(response.status()).isEqualTo(200);
        }
        var request = seen.take();
        assertThat(request.uri())
                .isEqualTo("/prefix/api/v1/namespaces/a%20b/x:y?labelSelector=a%20in%20%28b%2Cc%29%2Cd%3De%26f");
        assertThat(request.authorization()).isEqualTo("Bearer secret");
    }

    @Test
    void aBodyArrivesWithItsTypeAlsoWithADelete() throws Exception {
        api.send(ApiRequest.of(Method.DELETE, "/x").withBody("application/json", "{\"a\":\"ü\"}"))
                .close();

        assertThat(seen.take()).isEqualTo(new Seen("DELETE", "/prefix/x", "Bearer secret", "{\"a\":\"ü\"}"));
    }

    @Test
    void aRefusalIsAReplyAndKeepsItsHeaders() {
        answer = exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "7");
            reply(exchange, 429, "busy");
        };
        try (var response = api.send(get("/x"))) {
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.headers()).containsEntry("retry-after", "7");
            assertThat(response.text()).isEqualTo("busy");
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void t44_aServerThatDoesNotAnswerInTimeIsNoReply() {
        answer = this::hang;

        assertThatThrownBy(() -> api.send(get("/x").within(Duration.ofMillis(200))))
                .isInstanceOf(KubeApi.NoReplyException.class)
                .hasMessageContaining("GET /x");
        assertThatThrownBy(() -> api.watch(get("/x").within(Duration.ofMillis(200))))
                .isInstanceOf(KubeApi.NoReplyException.class);
    }

    @Test
    void t44_aConnectionThatBreaksIsNoReplyAndAWriteIsNotSentAgain() {
        answer = HttpExchange::close;

        assertThatThrownBy(() -> api.send(ApiRequest.of(Method.POST, "/x").withBody("application/json", "{}")))
                .isInstanceOf(KubeApi.NoReplyException.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void t44_aBodyThatBreaksOffIsNoReply() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"half\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        };

        assertThatThrownBy(() -> api.send(get("/x")).text()).isInstanceOf(KubeApi.NoReplyException.class);
    }

    @Test
    void whoIsInterruptedWhileItWaitsGoesOnAtOnceWithItsFlagSet() throws Exception {
        answer = this::hang;
        var interrupted = new LinkedBlockingQueue<Boolean>();
        var waiting = new Thread(() -> {
            try {
                api.send(get("/x")).close();
            } catch (KubeApi.NoReplyException e) {
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        });
        waiting.start();
        seen.take();
        waiting.interrupt();

        assertThat(interrupted.poll(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWatchGivesLinesThenItsEndForEver() throws Exception {
        answer = exchange -> reply(exchange, 200, "{\"a\":1}\n\n{\"a\":2}\n");
        try (var watch = api.watch(get("/x").with("watch", "true"))) {
            assertThat(watch.status()).isEqualTo(200);
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Line("{\"a\":1}"));
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Line("{\"a\":2}"));
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Ended());
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Ended());
        }
    }

    @Test
    void aWatchOfManyLinesLosesNoneWhenTheReaderIsSlowAndTheServerIsDone() throws Exception {
        var body = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            body.append("{\"n\":").append(i).append("}\n");
        }
        answer = exchange -> reply(exchange, 200, body.toString());
        try (var watch = api.watch(get("/x"))) {
            for (int i = 0; i < 5000; i++) {
                assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Line("{\"n\":" + i + "}"));
            }
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Ended());
        }
    }

    @Test
    void aWatchWithoutEventsIsIdleAndGoesOn() throws Exception {
        var more = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            more.await();
            exchange.getResponseBody().write("{}\n".getBytes(StandardCharsets.UTF_8));
        };
        try (var watch = api.watch(get("/x"))) {
            assertThat(watch.next(Duration.ofMillis(50))).isEqualTo(new ApiWatch.Idle());
            more.countDown();
            assertThat(watch.next(LONG)).isEqualTo(new ApiWatch.Line("{}"));
        }
    }

    @Test
    void whoeverClosesAWatchEndsItForItsReader() throws Exception {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            hang(exchange);
        };
        var watch = api.watch(get("/x"));
        var read = new LinkedBlockingQueue<ApiWatch.Next>();
        var reader = new Thread(() -> {
            try {
                read.add(watch.next(LONG));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        reader.start();
        watch.close();

        assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo(new ApiWatch.Ended());
    }

    @Test
    void aWatchThatIsRefusedTellsTheStatusAndHowLongToWait() {
        answer = exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "7");
            reply(exchange, 429, "busy");
        };
        try (var watch = api.watch(get("/x"))) {
            assertThat(watch.status()).isEqualTo(429);
            assertThat(Json.number(0, Json.parse(watch.refusal()), "details", "retryAfterSeconds"))
                    .isEqualTo(7);
            assertThat(Json.text(Json.parse(watch.refusal()), "message")).isEqualTo("busy");
        }
    }

    @Test
    void t15_noThreadOfTheDoorKeepsTheProgramAlive() {
        api.send(get("/x")).close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("kube-api")
                        || thread.getName().contains("OkHttp"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void aKubeconfigThatIsNotThereIsSaidPlainly(@TempDir Path folder) {
        assertThatThrownBy(() -> ClientJavaKubeApi.fromKubeconfig(folder.resolve("none")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none");
    }
}
