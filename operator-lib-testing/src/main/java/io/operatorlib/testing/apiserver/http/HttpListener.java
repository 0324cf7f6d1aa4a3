package io.operatorlib.testing.apiserver.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server over TLS: one daemon thread for each connection, which serves its requests one after another.
 *
 * <p>The JDK's own server does not notice that a watcher has left until the next event is written to it, and it
 * cannot hand over a connection that is to be upgraded; a watch of a quiet resource would hold its thread for an hour.
 *
 * <p><b>Limits:</b> {@value #MAX_CONNECTIONS} connections; what {@link HttpConnection} names.
 */
final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /** Hundreds of watches for each of a few operators; each costs a thread, whose stack is about half a megabyte. */
    static final int MAX_CONNECTIONS = 2_000;

    /** Connections that have arrived and not been accepted: a burst of clients that all start at once. */
    private static final int BACKLOG = 200;

    private final ServerSocket server;
    private final SSLContext tls;
    private final Consumer<HttpExchange> handler;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();

    private HttpListener(ServerSocket server, SSLContext tls, Consumer<HttpExchange> handler) {
        this.server = server;
        this.tls = tls;
        this.handler = handler;
    }

    /**
     * Begins to listen.
     *
     * @param port the port, or 0 for any free one
     */
    static HttpListener start(InetAddress address, int port, SSLContext tls, Consumer<HttpExchange> handler) {
        ServerSocket server;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address.getHostAddress() + ":" + port, e);
        }
        HttpListener listener = new HttpListener(server, tls, handler);
        listener.thread("apiserver-accept", listener::accept);
        return listener;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket plain = server.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    LOG.warn("connection refused, limit reached limit={}", MAX_CONNECTIONS);
                    plain.close();
                    continue;
                }
                connections.add(plain);
                thread("apiserver-" + port() + "-" + numbers.incrementAndGet(), () -> serve(plain));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("accept failed", e);
                }
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(HttpConnection.IDLE_MILLIS);
            SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                    .createSocket(plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
            socket.setUseClientMode(false);
            socket.setWantClientAuth(true);
            new HttpConnection(socket, handler).run();
        } catch (IOException e) {
            LOG.debug("connection ended reason={}", e.toString());
        } catch (RuntimeException e) {
            LOG.warn("connection failed", e);
        } finally {
            connections.remove(plain);
        }
    }

    private void thread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops listening and breaks off every connection. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
