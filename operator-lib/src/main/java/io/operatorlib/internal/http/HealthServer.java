package io.operatorlib.internal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers {@code GET /healthz}, {@code /readyz} and {@code /metrics}. Health is whether the process should live on,
 * readiness whether everything watched is known; both answer 200 or 503, and say who leads where somebody is elected.
 */
public final class HealthServer implements AutoCloseable {
    /** A kubelet and a scraper, a person, and some more that are slow. */
    private static final int THREADS = 8;

    static final String NO_DELAY = "sun.net.httpserver.nodelay";

    /** Who asks here sends a few lines: a client that takes longer to is cut off, for it holds a thread. */
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    /** Metrics may be many, and the reader slow. */
    private static final Duration LONGEST_REPLY = Duration.ofSeconds(30);

    private static final String OBJECTS = "/debug/objects/";

    private static final List<String> METHODS = List.of("GET", "HEAD");

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private HealthServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Begins to listen.
     *
     * @param missing the permissions without which the operator cannot be ready
     * @param metrics gives the metrics in Prometheus' text format
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public static HealthServer start(
            InetSocketAddress address,
            RunningOperator operator,
            Supplier<List<String>> missing,
            Supplier<String> metrics) {
        ExecutorService threads = threads(THREADS);
        prepare();
        try {
            HttpServer server = HttpServer.create(address, 0);
            server.setExecutor(threads);
            serve(server, "/healthz", exchange -> probe(exchange, operator::healthy, operator, missing));
            serve(
                    server,
                    "/readyz",
                    exchange -> probe(
                            exchange, () -> operator.ready() && missing.get().isEmpty(), operator, missing));
            serve(
                    server,
                    "/metrics",
                    exchange -> reply(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
            server.createContext(OBJECTS, exchange -> explain(exchange, operator));
            server.start();
            return new HealthServer(server, threads);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new UncheckedIOException("cannot listen on " + address + " for health and metrics", e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    static ExecutorService threads(int number) {
        return Executors.newFixedThreadPool(number, body -> {
            var thread = new Thread(body, "http");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Tells the JDK's server how to serve; it reads this once, for all servers. Who has set his own keeps it. Replies are
     * sent without delay: their heads and bodies are written one after the other, and the second would wait for the
     * client's acknowledgement of the first, some 40 ms for each request but the first of a connection.
     */
    static void prepare() {
        unlessSet("sun.net.httpserver.maxReqTime", String.valueOf(LONGEST_REQUEST.toSeconds()));
        unlessSet("sun.net.httpserver.maxRspTime", String.valueOf(LONGEST_REPLY.toSeconds()));
        unlessSet(NO_DELAY, "true");
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Serves one path, and nothing below it. */
    private static void serve(HttpServer server, String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                reply(exchange, 404, TEXT, "not found\n");
            } else if (!METHODS.contains(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("Allow", String.join(", ", METHODS));
                reply(exchange, 405, TEXT, "only " + METHODS + "\n");
            } else {
                handler.handle(exchange);
            }
        });
    }

    private static void probe(
            HttpExchange exchange, BooleanSupplier question, RunningOperator operator, Supplier<List<String>> missing)
            throws IOException {
        boolean well = question.getAsBoolean();
        var lines = new ArrayList<String>();
        lines.add(well ? "ok" : "not ok");
        operator.election().ifPresent(status -> lines.add(status.toString()));
        lines.addAll(operator.problems());
        missing.get().forEach(permission -> lines.add("permission is missing: " + permission));
        reply(exchange, well ? 200 : 503, TEXT, String.join("\n", lines) + "\n");
    }

    /** For who is inside already, by {@code kubectl exec} or {@code port-forward}: it tells who has which resources. */
    private static void explain(HttpExchange exchange, RunningOperator operator) throws IOException {
        var from = exchange.getRemoteAddress().getAddress();
        if (!from.isLoopbackAddress() && !from.equals(exchange.getLocalAddress().getAddress())) {
            reply(exchange, 403, TEXT, "only from where the operator runs\n");
            return;
        }
        String[] path =
                exchange.getRequestURI().getPath().substring(OBJECTS.length()).split("/", -1);
        Optional<String> text = path.length < 2 || path.length > 3
                ? Optional.empty()
                : operator.explain(path[0], new ResourceKey(path.length == 3 ? path[1] : "", path[path.length - 1]));
        reply(
                exchange,
                text.isPresent() ? 200 : 404,
                TEXT,
                text.orElse("not known: " + OBJECTS + "plural/namespace/name\n"));
    }

    private static void reply(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
