package io.operatorlib.postgres.instance;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.postgres.InstanceState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says over HTTP how the instance stands: to the operator, and to the kubelet. */
final class StateServer implements AutoCloseable {
    private static final String REVISION = "revision=";

    private final HttpServer server;

    /**
     * Serves from now on.
     *
     * @param told hears which revision of the designation there is
     */
    StateServer(
            InetSocketAddress address,
            Supplier<@Nullable InstanceState> state,
            BooleanSupplier ready,
            BooleanSupplier live,
            LongConsumer told)
            throws IOException {
        server = HttpServer.create(address, 0);
        server.createContext("/state", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            if (query != null && query.matches(REVISION + "[0-9]{1,18}")) {
                told.accept(Long.parseLong(query.substring(REVISION.length())));
            }
            InstanceState now = state.get();
            answer(exchange, now == null ? 503 : 200, now == null ? "" : new Gson().toJson(now));
        });
        server.createContext("/ready", exchange -> answer(exchange, ready.getAsBoolean() ? 200 : 503, ""));
        server.createContext("/live", exchange -> answer(exchange, live.getAsBoolean() ? 200 : 503, ""));
        server.start();
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
