package io.operatorlib.testing.apiserver.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The frames of SPDY/3.1, as far as {@code kubectl port-forward} uses them: streams are opened by the client, their data
 * has no flow control. Written from the protocol's draft 3.1.
 *
 * <p><b>Limits:</b> {@value #MAX_FRAME_BYTES} bytes a frame. One thread reads; several may write.
 */
final class SpdyFrames {
    /** Clients send 32 KiB at a time. */
    private static final int MAX_FRAME_BYTES = 1024 * 1024;

    private static final int VERSION = 0x8003;
    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int FIN = 1;

    private final DataInputStream in;
    private final WebSocket out;
    private final Inflater inflater = new Inflater();
    private final Deflater deflater = new Deflater();

    /** What the client has sent. */
    sealed interface Frame {
        /** It opens a stream. */
        record Open(int stream, Map<String, String> headers) implements Frame {}

        /**
         * Data.
         *
         * @param last whether it is the client's last
         */
        record Data(int stream, ByteBuffer bytes, boolean last) implements Frame {}

        /** It breaks a stream off. */
        record Reset(int stream) implements Frame {}
    }

    SpdyFrames(WebSocket wire) {
        in = new DataInputStream(wire.stream());
        out = wire;
        deflater.setDictionary(dictionary());
    }

    /** The words that headers are compressed with: those of the file after their lengths, and the last line as it is. */
    private static byte[] dictionary() {
        try (InputStream file = Objects.requireNonNull(SpdyFrames.class.getResourceAsStream("spdy-dictionary.txt"))) {
            String[] lines = new String(file.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
            var bytes = new ByteArrayOutputStream();
            for (int i = 0; i < lines.length; i++) {
                byte[] line = lines[i].getBytes(StandardCharsets.US_ASCII);
                if (i < lines.length - 1) {
                    bytes.writeBytes(ByteBuffer.allocate(4).putInt(line.length).array());
                }
                bytes.writeBytes(line);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next frame that means something here; empty at the end. Pings are answered. */
    Optional<Frame> next() throws IOException {
        while (true) {
            int first;
            try {
                first = in.readInt();
            } catch (EOFException e) {
                return Optional.empty();
            }
            int second = in.readInt();
            boolean last = ((second >>> 24) & FIN) != 0;
            int length = second & 0xffffff;
            if (length > MAX_FRAME_BYTES) {
                throw new IOException("a frame of " + length + " bytes");
            }
            byte[] body = in.readNBytes(length);
            if (first >= 0) {
                return Optional.of(new Frame.Data(first, ByteBuffer.wrap(body), last));
            }
            var fields = ByteBuffer.wrap(body);
            switch (first & 0xffff) {
                case SYN_STREAM -> {
                    return Optional.of(new Frame.Open(fields.getInt(), headers(body)));
                }
                case RST_STREAM -> {
                    return Optional.of(new Frame.Reset(fields.getInt()));
                }
                case PING -> control(PING, body);
                case GOAWAY -> {
                    return Optional.empty();
                }
                default -> {} // settings, priorities, windows: nothing here depends on them
            }
        }
    }

    /** Those of a SYN_STREAM: after two stream IDs, a priority and a slot. */
    private Map<String, String> headers(byte[] body) throws IOException {
        inflater.setInput(body, 10, body.length - 10);
        var plain = new ByteArrayOutputStream();
        byte[] part = new byte[4096];
        try {
            for (int count = inflate(part); count > 0; count = inflate(part)) {
                plain.write(part, 0, count);
                if (plain.size() > MAX_FRAME_BYTES) {
                    throw new IOException("headers of more than " + MAX_FRAME_BYTES + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("headers that cannot be decompressed", e);
        }
        var fields = new DataInputStream(new ByteArrayInputStream(plain.toByteArray()));
        var headers = new TreeMap<String, String>();
        for (int left = fields.readInt(); left > 0; left--) {
            String name = text(fields);
            headers.put(name.toLowerCase(Locale.ROOT), text(fields));
        }
        return headers;
    }

    private int inflate(byte[] part) throws DataFormatException {
        int count = inflater.inflate(part);
        if (count == 0 && inflater.needsDictionary()) {
            inflater.setDictionary(dictionary());
            count = inflater.inflate(part);
        }
        return count;
    }

    private static String text(DataInputStream from) throws IOException {
        return new String(from.readNBytes(from.readInt()), StandardCharsets.UTF_8);
    }

    /** Accepts a stream, with no headers. */
    synchronized void accept(int stream) throws IOException {
        deflater.setInput(new byte[4]);
        byte[] compressed = new byte[64];
        int length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
        control(
                SYN_REPLY,
                ByteBuffer.allocate(4 + length)
                        .putInt(stream)
                        .put(compressed, 0, length)
                        .array());
    }

    private void control(int type, byte[] body) throws IOException {
        out.send(ByteBuffer.allocate(8 + body.length)
                .putInt((VERSION << 16) | type)
                .putInt(body.length)
                .put(body)
                .array());
    }

    /** Sends data on a stream. */
    void data(int stream, byte[] bytes, int length, boolean last) throws IOException {
        out.send(ByteBuffer.allocate(8 + length)
                .putInt(stream)
                .putInt((last ? (FIN << 24) : 0) | length)
                .put(bytes, 0, length)
                .array());
    }
}
