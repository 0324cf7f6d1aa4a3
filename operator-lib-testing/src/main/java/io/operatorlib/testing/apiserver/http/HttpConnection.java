package io.operatorlib.testing.apiserver.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of an HTTP/1.1 client.
 *
 * <p><b>Flow:</b> read a request with its body, hand it to the handler, finish the reply, and again, until the client
 * closes, asks to close, or breaks the protocol.
 *
 * <p><b>Guarantees:</b> a reply is whole or the connection is broken off, so that a client never takes half a reply
 * for a whole one.
 *
 * <p><b>Limits:</b> {@value #MAX_HEAD_BYTES} bytes of request line and headers, {@value #MAX_BODY_BYTES} bytes of
 * body, {@value #IDLE_MILLIS} ms without a request. No HTTP/2, no compression.
 */
final class HttpConnection {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** A bearer token and a long label selector fit several times over. */
    static final int MAX_HEAD_BYTES = 64 * 1024;

    /** What a kube-apiserver takes by default. */
    static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    /** Longer than any client keeps an idle connection, so that the client is always the one to give it up. */
    static final int IDLE_MILLIS = 10 * 60 * 1000;

    private final SSLSocket socket;
    private final Consumer<HttpExchange> handler;
    private final PushbackInputStream in;
    private final OutputStream out;

    HttpConnection(SSLSocket socket, Consumer<HttpExchange> handler) throws IOException {
        this.socket = socket;
        this.handler = handler;
        this.in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
    }

    void run() throws IOException {
        socket.startHandshake();
        while (true) {
            Exchange exchange;
            try {
                Optional<HttpRequest> request = read();
                if (request.isEmpty()) {
                    return;
                }
                exchange = new Exchange(request.get());
            } catch (Malformed e) {
                refuse(e);
                return;
            } catch (SocketTimeoutException e) {
                return;
            }
            handler.accept(exchange);
            if (!exchange.finished()) {
                return;
            }
        }
    }

    /** The request cannot be answered, and where the next one begins is not known. */
    private static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;
        final int status;

        Malformed(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private void refuse(Malformed e) throws IOException {
        byte[] text = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        head(e.status, List.of("Content-Type: text/plain", "Content-Length: " + text.length, "Connection: close"));
        out.write(text);
        out.flush();
    }

    private Optional<HttpRequest> read() throws IOException {
        int[] left = {MAX_HEAD_BYTES};
        String start;
        try {
            start = line(left);
        } catch (EOFException e) {
            return Optional.empty();
        }
        String[] words = start.split(" ");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new Malformed(400, "400 Bad Request: not an HTTP/1.1 request");
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new Malformed(400, "400 Bad Request: malformed header");
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        if (headers.getOrDefault("expect", List.of()).contains("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        byte[] body = body(headers);
        try {
            return Optional.of(HttpRequest.of(words[0], words[1], headers, body));
        } catch (IllegalArgumentException e) {
            throw new Malformed(400, "400 Bad Request: malformed escape in the request target");
        }
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            if (!headers.get("transfer-encoding").equals(List.of("chunked"))) {
                throw new Malformed(501, "501 Not Implemented: transfer encoding");
            }
            return chunks();
        }
        List<String> lengths = headers.getOrDefault("content-length", List.of("0"));
        long length;
        try {
            length = Long.parseLong(lengths.get(0));
        } catch (NumberFormatException e) {
            throw new Malformed(400, "400 Bad Request: content length");
        }
        if (length < 0 || length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        byte[] body = in.readNBytes((int) length);
        if (body.length < length) {
            throw new EOFException("the client left in the middle of a body");
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int[] left = {MAX_HEAD_BYTES};
        while (true) {
            String size = line(left).split(";")[0].strip();
            int length;
            try {
                length = Integer.parseInt(size, 16);
            } catch (NumberFormatException e) {
                throw new Malformed(400, "400 Bad Request: chunk size");
            }
            if (length == 0) {
                while (!line(left).isEmpty()) {
                    // trailers say nothing to us
                }
                return whole.toByteArray();
            }
            if (length < 0 || whole.size() + length > MAX_BODY_BYTES) {
                throw tooLarge();
            }
            whole.write(in.readNBytes(length));
            line(left);
            left[0] = MAX_HEAD_BYTES;
        }
    }

    private static Malformed tooLarge() {
        return new Malformed(413, "Request entity too large: limit is " + MAX_BODY_BYTES);
    }

    private String line(int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            if (--left[0] < 0) {
                throw new Malformed(431, "431 Request Header Fields Too Large");
            }
            if (next == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(next);
        }
    }

    private void head(int status, List<String> headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String reason(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413 -> "Request Entity Too Large";
            case 415 -> "Unsupported Media Type";
            case 422 -> "Unprocessable Entity";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Status";
        };
    }

    /** The reply to one request of this connection. */
    private final class Exchange implements HttpExchange {
        private final HttpRequest request;
        private final List<String> headers = new ArrayList<>();
        private @Nullable Chunks chunks;
        private boolean whole;

        Exchange(HttpRequest request) {
            this.request = request;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<X509Certificate> clientCertificate() {
            try {
                return socket.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                        ? Optional.of(certificate)
                        : Optional.empty();
            } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
            }
        }

        @Override
        public void header(String name, String value) {
            headers.add(name + ": " + value);
        }

        @Override
        public void reply(int status, String contentType, byte[] body) throws IOException {
            header("Content-Type", contentType);
            header("Content-Length", Integer.toString(body.length));
            head(status, headers);
            if (!request.method().equals("HEAD")) {
                out.write(body);
            }
            out.flush();
            whole = true;
        }

        @Override
        public OutputStream stream(int status, String contentType) throws IOException {
            header("Content-Type", contentType);
            header("Transfer-Encoding", "chunked");
            head(status, headers);
            out.flush();
            chunks = new Chunks();
            return chunks;
        }

        @Override
        public Wire upgrade() throws IOException {
            header("Connection", "Upgrade");
            head(101, headers);
            out.flush();
            return new Wire(in, out);
        }

        @Override
        public boolean clientGone() {
            try {
                socket.setSoTimeout(1);
                int next = in.read();
                if (next >= 0) {
                    in.unread(next);
                }
                return next < 0;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                LOG.debug("client gone reason={}", e.toString());
                return true;
            } finally {
                restoreTimeout();
            }
        }

        private void restoreTimeout() {
            try {
                socket.setSoTimeout(IDLE_MILLIS);
            } catch (IOException e) {
                LOG.debug("client gone reason={}", e.toString());
            }
        }

        boolean finished() {
            boolean asked = request.header("connection").orElse("").equalsIgnoreCase("close");
            return (whole || (chunks != null && chunks.ended)) && !asked;
        }
    }

    /** A body of unknown length. */
    private final class Chunks extends OutputStream {
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
        private boolean ended;

        @Override
        public void write(int octet) throws IOException {
            pending.write(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            pending.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            if (pending.size() > 0) {
                out.write((Integer.toHexString(pending.size()) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                pending.writeTo(out);
                out.write('\r');
                out.write('\n');
                pending.reset();
            }
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!ended) {
                flush();
                out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                ended = true;
            }
        }
    }
}
