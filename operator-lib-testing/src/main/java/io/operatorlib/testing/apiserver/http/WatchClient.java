package io.operatorlib.testing.apiserver.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who watches: most clients read a reply that goes on, some ask for a WebSocket and get each event in a message. Used by
 * one thread.
 */
interface WatchClient {
    /** Begins the reply in the way that the client asks for. */
    static WatchClient of(HttpExchange exchange) throws IOException {
        Optional<String> key = exchange.request().header("sec-websocket-key");
        return key.isPresent()
                ? new Messages(WebSocket.accept(exchange, key.get()))
                : new Lines(exchange, exchange.stream(200, Statuses.JSON));
    }

    /** Tells of an event; it may be held back until {@link #flush()}. */
    void tell(String event) throws IOException;

    void flush() throws IOException;

    /** Says that no more will come. */
    void end() throws IOException;

    /** Tells whether the client has left. */
    boolean gone();

    /** Each event is a line of the reply. */
    record Lines(HttpExchange exchange, OutputStream out) implements WatchClient {
        @Override
        public void tell(String event) throws IOException {
            out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void end() throws IOException {
            out.close();
        }

        @Override
        public boolean gone() {
            return exchange.clientGone();
        }
    }

    /** Each event is a message of text. What the client says is read for its pings and its goodbye only. */
    final class Messages implements WatchClient {
        private static final Logger LOG = LoggerFactory.getLogger(WatchClient.class);

        private final WebSocket client;
        private volatile boolean gone;

        Messages(WebSocket client) {
            this.client = client;
            var listener = new Thread(this::listen, "apiserver-watch-socket");
            listener.setDaemon(true);
            listener.start();
        }

        private void listen() {
            try {
                while (client.receive().isPresent()) {
                    LOG.debug("a watch's client said something, which nobody waits for");
                }
            } catch (IOException e) {
                LOG.debug("a watch's client left reason={}", e.toString());
            }
            gone = true;
        }

        @Override
        public void tell(String event) throws IOException {
            client.sendText(event);
        }

        @Override
        public void flush() {}

        @Override
        public void end() throws IOException {
            client.close();
        }

        @Override
        public boolean gone() {
            return gone;
        }
    }
}
