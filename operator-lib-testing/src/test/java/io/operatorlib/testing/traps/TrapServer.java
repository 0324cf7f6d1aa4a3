package io.operatorlib.testing.traps;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.cache.ChangeHandler;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** An API server over plain HTTP for both libraries, in real time, that fails as it is told. */
final class TrapServer implements AutoCloseable {
    static final KindRef MAPS = BuiltInKinds.of(V1ConfigMap.class);

    /** More than anything here takes; who waits so long has failed. */
    static final Duration LONG = Duration.ofSeconds(20);

    /** What is done in the place of an answer. */
    interface Fault {
        /** Tells whether it has answered. */
        boolean answers(ApiRequest request, HttpExchange exchange) throws IOException, InterruptedException;
    }

    static final Fault NONE = (request, exchange) -> false;

    static boolean watching(ApiRequest request) {
        return "true".equals(request.query().get("watch")) && !request.query().containsKey("sendInitialEvents");
    }

    /** A list, or a watch that begins with one. */
    static boolean listing(ApiRequest request) {
        return request.method() == ApiRequest.Method.GET
                && request.path().endsWith("/configmaps")
                && !watching(request)
                && !"1".equals(request.query().get("limit"));
    }

    /** Theirs ask neither for pages nor for bookmarks. */
    static boolean ours(ApiRequest request) {
        return request.query().containsKey("limit") || request.query().containsKey("allowWatchBookmarks");
    }

    final List<ApiRequest> requests = new CopyOnWriteArrayList<>();
    final ApiServer core = ApiServer.create(new RealScheduler());
    final KubeClient user = new KubeClient(core.as(Caller.ADMIN));
    volatile Fault fault = NONE;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool(body -> {
        var thread = new Thread(body, "trap-server");
        thread.setDaemon(true);
        return thread;
    });

    TrapServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", exchange -> {
            try (exchange) {
                serve(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // the client went away
            }
        });
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    ApiClient client() {
        return new ClientBuilder().setBasePath(url()).build();
    }

    GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> maps() {
        return new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client());
    }

    /** Our informer of the ConfigMaps in default. */
    Informer informer(ChangeHandler... handlers) {
        return new Informer(
                new KubeClient(new ClientJavaKubeApi(client())),
                new RealScheduler(),
                ListQuery.all(MAPS).in("default"),
                List.of(handlers));
    }

    void put(String name, String value) {
        put("default", name, value);
    }

    void put(String namespace, String name, String value) {
        var key = new ResourceKey(namespace, name);
        var map = Json.parse("{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"value\":\"" + value + "\"}}");
        user.apply(MAPS, key, map, "user", true);
    }

    void delete(String name) {
        user.delete(MAPS, new ResourceKey("default", name), DeleteOptions.DEFAULT);
    }

    long lists() {
        return requests.stream()
                .filter(request -> ours(request) && listing(request))
                .count();
    }

    long watches() {
        return requests.stream()
                .filter(request -> ours(request) && watching(request))
                .count();
    }

    long theirLists() {
        return requests.stream()
                .filter(request -> !ours(request) && listing(request))
                .count();
    }

    long theirWatches() {
        return requests.stream()
                .filter(request -> !ours(request) && watching(request))
                .count();
    }

    private void serve(HttpExchange exchange) throws IOException, InterruptedException {
        ApiRequest request = request(exchange);
        requests.add(request);
        Fault met = fault;
        if (met.answers(request, exchange)) {
            return;
        }
        if ("true".equals(request.query().get("watch"))) {
            stream(request, exchange, met);
            return;
        }
        try (ApiResponse response = core.as(Caller.ADMIN).send(request)) {
            reply(exchange, response.status(), response.text());
        }
    }

    private static ApiRequest request(HttpExchange exchange) throws IOException {
        var method = ApiRequest.Method.valueOf(exchange.getRequestMethod());
        var request = ApiRequest.of(method, exchange.getRequestURI().getPath());
        String query = exchange.getRequestURI().getQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String[] halves = pair.split("=", 2);
            request = request.with(halves[0], halves.length == 2 ? halves[1] : "");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return request.withBody(type == null ? "" : type, body);
    }

    /** Lasts until the fault is another one than the stream has met, so that each stream meets each fault. */
    private void stream(ApiRequest request, HttpExchange exchange, Fault met) throws IOException, InterruptedException {
        try (ApiWatch watch = core.as(Caller.ADMIN).watch(request)) {
            if (watch.status() != 200) {
                reply(exchange, watch.status(), watch.refusal());
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            while (fault == met) {
                ApiWatch.Next next = watch.next(Duration.ofMillis(20));
                if (next instanceof ApiWatch.Line line) {
                    exchange.getResponseBody().write((line.json() + "\n").getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                } else if (next instanceof ApiWatch.Ended) {
                    return;
                }
            }
        }
    }

    static void reply(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static String status(int code, String reason) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"code\":" + code
                + ",\"reason\":\"" + reason + "\",\"message\":\"sprung\"}";
    }

    /** Waits for something that another thread does, and tells whether it came. */
    static boolean comes(BooleanSupplier condition, Duration atMost) {
        var scheduler = new RealScheduler();
        long end = scheduler.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (scheduler.nanoTime() > end) {
                return false;
            }
            pass(Duration.ofMillis(2));
        }
        return true;
    }

    static boolean comes(BooleanSupplier condition) {
        return comes(condition, LONG);
    }

    /** Lets time pass in which the other libraries' threads do what they do: they have no clock of ours. */
    static void pass(Duration time) {
        try {
            new RealScheduler().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        fault = (request, exchange) -> false;
        http.stop(0);
        threads.shutdownNow();
    }
}
