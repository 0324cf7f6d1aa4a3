package io.operatorlib.testing.apiserver.http;

import io.operatorlib.testing.apiserver.Connection;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports of a pod, for a client at a WebSocket.
 *
 * <p><b>Flow:</b> for each connection at its own end the client opens two streams: one on which it is told what went
 * wrong, then one for the data, whose headers name the port. Data that comes in is written to the pod by the thread that
 * reads the WebSocket; what the pod says is read by a thread of its own.
 *
 * <p><b>Limits:</b> a pod that does not read holds up the client's other connections through this WebSocket.
 */
final class ForwardSession {
    static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    private static final Logger LOG = LoggerFactory.getLogger(ForwardSession.class);
    private static final int PART_BYTES = 16 * 1024;

    private final Connection.Allowed allowed;
    private final SpdyFrames frames;
    private final Map<String, Integer> errorStreams = new HashMap<>(); // by the client's request ID
    private final Map<Integer, Socket> sockets = new ConcurrentHashMap<>(); // by data stream

    private ForwardSession(Connection.Allowed allowed, SpdyFrames frames) {
        this.allowed = allowed;
        this.frames = frames;
    }

    /** Serves until the client leaves. */
    static void serve(Connection.Allowed allowed, HttpExchange exchange, String key) throws IOException {
        var session = new ForwardSession(allowed, new SpdyFrames(WebSocket.accept(exchange, key, PROTOCOL)));
        try {
            session.run();
        } finally {
            session.sockets.values().forEach(ForwardSession::close);
        }
    }

    private void run() throws IOException {
        for (var next = frames.next(); next.isPresent(); next = frames.next()) {
            SpdyFrames.Frame frame = next.get();
            if (frame instanceof SpdyFrames.Frame.Open open) {
                opened(open);
            } else if (frame instanceof SpdyFrames.Frame.Data data) {
                write(data);
            } else if (frame instanceof SpdyFrames.Frame.Reset reset) {
                Optional.ofNullable(sockets.remove(reset.stream())).ifPresent(ForwardSession::close);
            }
        }
    }

    private void opened(SpdyFrames.Frame.Open open) throws IOException {
        frames.accept(open.stream());
        String request = open.headers().getOrDefault("requestid", "");
        if (open.headers().getOrDefault("streamtype", "").equals("error")) {
            errorStreams.put(request, open.stream());
            return;
        }
        Integer errors = errorStreams.remove(request);
        if (errors == null) {
            throw new IOException("a stream for data without one for errors");
        }
        int port = Integer.parseInt(open.headers().getOrDefault("port", "0"));
        try {
            Socket socket = allowed.pods().connect(allowed.pod(), port);
            sockets.put(open.stream(), socket);
            var reader = new Thread(() -> tell(open.stream(), errors, socket), "port-forward");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            byte[] why = ("error forwarding port " + port + ": " + e.getMessage()).getBytes(StandardCharsets.UTF_8);
            frames.data(errors, why, why.length, true);
            frames.data(open.stream(), new byte[0], 0, true);
        }
    }

    private void write(SpdyFrames.Frame.Data data) {
        Socket socket = sockets.get(data.stream());
        if (socket == null) {
            return; // the end of a stream for errors, or data for a pod that has hung up
        }
        try {
            socket.getOutputStream().write(data.bytes().array());
            if (data.last()) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            LOG.debug("the pod reads no more reason={}", e.toString());
        }
    }

    private void tell(int stream, int errors, Socket socket) {
        byte[] part = new byte[PART_BYTES];
        try {
            var from = socket.getInputStream();
            for (int length = from.read(part); length >= 0; length = from.read(part)) {
                frames.data(stream, part, length, false);
            }
        } catch (IOException e) {
            LOG.debug("a forwarded connection broke reason={}", e.toString());
        }
        try {
            frames.data(errors, part, 0, true);
            frames.data(stream, part, 0, true);
        } catch (IOException e) {
            LOG.debug("the client has left reason={}", e.toString());
        }
        sockets.remove(stream);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing failed reason={}", e.toString());
        }
    }
}
