package io.operatorlib.internal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers {@code GET /healthz}, {@code /readyz} and {@code /metrics}. Health is whether the process should live on,
 * readiness whether everything watched is known; both answer 200 or 503.
 */
public final class HealthServer implements AutoCloseable {
    /** A kubelet and a scraper, and one more for a person. */
    private static final int THREADS = 3;

    private final HttpServer server;
    private final ExecutorService threads;

    private HealthServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Begins to listen.
     *
     * @param metrics gives the metrics in Prometheus' text format
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public static HealthServer start(InetSocketAddress address, Operator.Running operator, Supplier<String> metrics) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, body -> {
            var thread = new Thread(body, "http");
            thread.setDaemon(true);
            return thread;
        });
        try {
            HttpServer server = HttpServer.create(address, 0);
            server.setExecutor(threads);
            server.createContext("/healthz", exchange -> probe(exchange, operator::healthy));
            server.createContext("/readyz", exchange -> probe(exchange, operator::ready));
            server.createContext(
                    "/metrics",
                    exchange -> reply(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
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

    private static void probe(HttpExchange exchange, BooleanSupplier question) throws IOException {
        boolean well = question.getAsBoolean();
        reply(exchange, well ? 200 : 503, "text/plain; charset=utf-8", well ? "ok\n" : "not ok\n");
    }

    private static void reply(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
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
