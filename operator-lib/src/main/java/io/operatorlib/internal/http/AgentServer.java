package io.operatorlib.internal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.operatorlib.agent.Agent;
import io.operatorlib.internal.json.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says over HTTP how an agent stands: to its operator, and to the kubelet. */
public final class AgentServer implements AutoCloseable {
    /** An operator, a kubelet, and some more that are slow. */
    private static final int THREADS = 4;

    private static final Pattern QUESTION = Pattern.compile("agent=([^&]*)&revision=([0-9]{1,18})");

    private static final Codec CODEC = new Codec();

    private final HttpServer server;
    private final ExecutorService threads;

    private AgentServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Begins to listen.
     *
     * @param name who is not asked for by that is somebody else, and does not answer
     */
    public static AgentServer start(Agent agent, String name, InetSocketAddress address) {
        HealthServer.prepare();
        ExecutorService threads = HealthServer.threads(THREADS);
        try {
            HttpServer server = HttpServer.create(address, 0);
            server.setExecutor(threads);
            server.createContext("/state", exchange -> state(exchange, agent, name));
            server.createContext("/ready", exchange -> answer(exchange, agent.ready() ? 200 : 503, ""));
            server.createContext("/live", exchange -> answer(exchange, agent.live() ? 200 : 503, ""));
            server.start();
            return new AgentServer(server, threads);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new UncheckedIOException("cannot listen on " + address + " for the operator", e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void state(HttpExchange exchange, Agent agent, String name) throws IOException {
        Matcher question =
                QUESTION.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
        if (!question.matches() || !question.group(1).equals(name)) {
            answer(exchange, 404, "");
            return;
        }
        var state = agent.state(Long.parseLong(question.group(2)));
        answer(
                exchange,
                state.isPresent() ? 200 : 503,
                state.map(CODEC::encode).map(Object::toString).orElse(""));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
