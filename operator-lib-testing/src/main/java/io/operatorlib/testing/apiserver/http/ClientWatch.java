package io.operatorlib.testing.apiserver.http;

import io.operatorlib.spi.ApiResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the client of a reply that may never end: once the client has gone, the reply's source is closed, so that
 * nobody goes on reading for it.
 */
final class ClientWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWatch.class);

    /** So soon it is noticed. */
    private static final long LOOK_MILLIS = 300;

    private final Thread thread;
    private volatile boolean over;

    private ClientWatch(HttpExchange exchange, ApiResponse response) {
        this.thread = new Thread(() -> look(exchange, response), "apiserver-client-watch");
        thread.setDaemon(true);
        thread.start();
    }

    static ClientWatch over(HttpExchange exchange, ApiResponse response) {
        return new ClientWatch(exchange, response);
    }

    private void look(HttpExchange exchange, ApiResponse response) {
        try {
            while (!over) {
                if (exchange.clientGone()) {
                    response.close();
                    return;
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("closing failed reason={}", e.toString());
        }
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
        try {
            // the thread reads from the connection, which the next request is read from
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
