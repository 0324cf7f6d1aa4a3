package io.operatorlib.internal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Answers {@code POST} on one path, over TLS 1.2 or later, and nothing else. Its certificate can be replaced while it
 * works: connections that begin from then on see the new one.
 *
 * <p><b>Limits.</b> {@value #THREADS} requests at a time, of {@value #LARGEST_BODY} bytes each, and no more than
 * {@value #LARGEST_AT_ONCE} bytes together: a larger one is refused with 413, one too many waits, and is refused with 503
 * after {@value #LONGEST_WAIT_SECONDS} seconds.
 */
public final class WebhookServer implements AutoCloseable {
    /** An API server sends its conversions one after the other for each request that it serves. */
    private static final int THREADS = 16;

    /** A list of five thousand objects of three kilobytes. */
    static final int LARGEST_BODY = 16 * 1024 * 1024;

    /** A tree takes a few times its text: this and no more of it fits beside an operator in half a gigabyte. */
    private static final int LARGEST_AT_ONCE = LARGEST_BODY;

    /** An API server waits for 30 seconds at most. */
    private static final int LONGEST_WAIT_SECONDS = 10;

    private final HttpsServer server;
    private final ExecutorService threads;
    private final ServingKey key;
    private final String path;
    private final UnaryOperator<String> answer;
    private final Semaphore bytes = new Semaphore(LARGEST_AT_ONCE, true);

    private WebhookServer(
            HttpsServer server, ExecutorService threads, ServingKey key, String path, UnaryOperator<String> answer) {
        this.server = server;
        this.threads = threads;
        this.key = key;
        this.path = path;
        this.answer = answer;
    }

    /**
     * Begins to listen; connections fail until there is a certificate.
     *
     * @param answer to a body; what it does not understand it refuses by an IllegalArgumentException
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public static WebhookServer start(InetSocketAddress address, String path, UnaryOperator<String> answer) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, body -> {
            var thread = new Thread(body, "webhook");
            thread.setDaemon(true);
            return thread;
        });
        HealthServer.prepare();
        try {
            var key = new ServingKey();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key}, null, null);
            HttpsServer server = HttpsServer.create(address, 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters modern = context.getDefaultSSLParameters();
                    modern.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                    parameters.setSSLParameters(modern);
                }
            });
            server.setExecutor(threads);
            var webhook = new WebhookServer(server, threads, key, path, answer);
            server.createContext("/", webhook::handle);
            server.start();
            return webhook;
        } catch (IOException e) {
            threads.shutdownNow();
            throw new UncheckedIOException("cannot listen on " + address + " for conversions", e);
        } catch (GeneralSecurityException e) {
            threads.shutdownNow();
            throw new IllegalStateException("this JDK cannot serve TLS", e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Serves with this certificate from now on. */
    public void serve(PrivateKey privateKey, List<X509Certificate> chain) {
        key.use(privateKey, chain);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                reply(exchange, 404, "text/plain", "not found\n");
            } else if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                reply(exchange, 405, "text/plain", "only POST\n");
            } else {
                limited(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void limited(HttpExchange exchange) throws IOException, InterruptedException {
        int size = size(exchange);
        if (size > LARGEST_BODY) {
            reply(exchange, 413, "text/plain", "more than " + LARGEST_BODY + " bytes\n");
            return;
        }
        if (!bytes.tryAcquire(size, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            reply(exchange, 503, "text/plain", "too much at once\n");
            return;
        }
        try {
            answer(exchange, size);
        } finally {
            bytes.release(size);
        }
    }

    /** How large the body is; one that does not say so may be as large as any. */
    private static int size(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return length == null ? LARGEST_BODY : (int) Math.min(Long.parseLong(length), LARGEST_BODY + 1L);
        } catch (NumberFormatException e) {
            return LARGEST_BODY;
        }
    }

    private void answer(HttpExchange exchange, int size) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(size + 1);
        if (body.length > size) {
            reply(exchange, 413, "text/plain", "more than " + size + " bytes\n");
            return;
        }
        String text;
        try {
            text = answer.apply(new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            reply(exchange, 400, "text/plain", e.getMessage() + "\n");
            return;
        }
        reply(exchange, 200, "application/json", text);
    }

    private static void reply(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
