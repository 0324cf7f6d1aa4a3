package io.operatorlib.testing.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * The server's end of a WebSocket (RFC 6455): whole messages in and out. Pings are answered by who receives.
 *
 * <p><b>Limits:</b> {@value #MAX_MESSAGE_BYTES} bytes a message; no extensions. One thread may receive while others
 * send.
 */
final class WebSocket {
    /** Clients of Kubernetes send 32 KiB at a time. */
    static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    /** The constant that RFC 6455 has a server answer with. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final DataInputStream in;
    private final OutputStream out;
    private boolean closed;

    private WebSocket(HttpExchange.Wire wire) {
        in = new DataInputStream(wire.in());
        out = wire.out();
    }

    /** Upgrades the connection of a request that asks for a WebSocket. */
    static WebSocket accept(HttpExchange exchange, String key, String protocol) throws IOException {
        exchange.header("Sec-WebSocket-Protocol", protocol);
        return accept(exchange, key);
    }

    /** Upgrades the connection of a request that names no protocol for what is in the messages. */
    static WebSocket accept(HttpExchange exchange, String key) throws IOException {
        exchange.header("Upgrade", "websocket");
        exchange.header("Sec-WebSocket-Accept", answer(key));
        return new WebSocket(exchange.upgrade());
    }

    private static String answer(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /**
     * Waits for the next message.
     *
     * @return empty where the client has said goodbye
     * @throws IOException if the connection broke, or the client breaks the protocol
     */
    Optional<byte[]> receive() throws IOException {
        var message = new ByteArrayOutputStream();
        while (true) {
            int head = in.readUnsignedByte();
            byte[] payload = payload();
            switch (head & 0x0f) {
                case CLOSE -> {
                    close();
                    return Optional.empty();
                }
                case PING -> frame(PONG, payload);
                case PONG -> {}
                default -> {
                    if (message.size() + payload.length > MAX_MESSAGE_BYTES) {
                        throw new IOException("a message of more than " + MAX_MESSAGE_BYTES + " bytes");
                    }
                    message.writeBytes(payload);
                    if ((head & 0x80) != 0) {
                        return Optional.of(message.toByteArray());
                    }
                }
            }
        }
    }

    private byte[] payload() throws IOException {
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if ((second & 0x80) == 0 || length < 0 || length > MAX_MESSAGE_BYTES) {
            throw new IOException("a frame without a mask, or of more than " + MAX_MESSAGE_BYTES + " bytes");
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException();
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (payload[i] ^ mask[i % 4]);
        }
        return payload;
    }

    /** Sends a message. */
    void send(byte[] message) throws IOException {
        frame(BINARY, message);
    }

    /** Sends a message of text. */
    void sendText(String message) throws IOException {
        frame(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Says goodbye. */
    synchronized void close() throws IOException {
        if (!closed) {
            frame(CLOSE, new byte[] {(byte) (1000 >> 8), (byte) 1000});
            closed = true;
        }
    }

    private synchronized void frame(int opcode, byte[] payload) throws IOException {
        if (closed) {
            throw new EOFException("closed");
        }
        out.write(0x80 | opcode);
        if (payload.length < 126) {
            out.write(payload.length);
        } else if (payload.length < 1 << 16) {
            out.write(126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        out.write(payload);
        out.flush();
    }

    /** What the messages hold, one after another. */
    InputStream stream() {
        return new InputStream() {
            private byte[] message = {};
            private int at;

            @Override
            public int read() throws IOException {
                return more() ? message[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                if (length == 0 || !more()) {
                    return length == 0 ? 0 : -1;
                }
                int count = Math.min(length, message.length - at);
                System.arraycopy(message, at, bytes, from, count);
                at += count;
                return count;
            }

            private boolean more() throws IOException {
                while (at == message.length) {
                    Optional<byte[]> next = receive();
                    if (next.isEmpty()) {
                        return false;
                    }
                    message = next.get();
                    at = 0;
                }
                return true;
            }
        };
    }
}
