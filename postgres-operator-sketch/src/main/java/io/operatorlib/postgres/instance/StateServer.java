package io.operatorlib.postgres.instance;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.postgres.InstanceState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** Says over HTTP how the instance stands: to the operator, and to the kubelet. */
final class StateServer {
    private static final String REVISION = "revision=";

    private StateServer() {}

    /**
     * Serves from now on.
     *
     * @param ready whether clients may come
     */
    static void start(InetSocketAddress address, Instance instance, BooleanSupplier ready) throws IOException {
        var server = HttpServer.create(address, 0);
        server.createContext("/state", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            if (query != null && query.matches(REVISION + "[0-9]{1,18}")) {
                instance.expect(Long.parseLong(query.substring(REVISION.length())));
            }
            InstanceState now = instance.state();
            answer(exchange, now != null, now == null ? "" : new Gson().toJson(now));
        });
        server.createContext("/ready", exchange -> answer(exchange, ready.getAsBoolean(), ""));
        server.createContext("/live", exchange -> answer(exchange, instance.healthy(), ""));
        server.start();
    }

    private static void answer(HttpExchange exchange, boolean well, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(well ? 200 : 503, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}
