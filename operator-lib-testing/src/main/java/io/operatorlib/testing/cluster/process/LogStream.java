package io.operatorlib.testing.cluster.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;

/** Reads a {@link ContainerLog}, line by line, with or without its times; to its end, or for as long as it grows. */
final class LogStream extends InputStream {
    private final ContainerLog log;
    private final Query query;
    private final InputStream file;
    private long position;
    private long left;
    private byte[] line = new byte[0];
    private int next;

    /**
     * What of a log is wanted.
     *
     * @param tail how many of the last lines; empty for all
     * @param since from when
     * @param limitBytes how much at the most
     */
    record Query(
            boolean follow,
            boolean timestamps,
            Optional<Long> tail,
            Optional<Instant> since,
            Optional<Long> limitBytes) {}

    LogStream(ContainerLog log, Query query) throws IOException {
        this.log = log;
        this.query = query;
        this.left = query.limitBytes().orElse(Long.MAX_VALUE);
        this.position = query.tail().isPresent() ? tail(query.tail().get()) : 0;
        this.file = new BufferedInputStream(Files.newInputStream(log.file()));
        file.skipNBytes(position);
    }

    private long tail(long lines) throws IOException {
        if (lines <= 0) {
            return Files.size(log.file());
        }
        var starts = new ArrayDeque<Long>();
        starts.add(0L);
        long at = 0;
        try (var in = new BufferedInputStream(Files.newInputStream(log.file()))) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                at++;
                if (c == '\n') {
                    starts.add(at);
                    if (starts.size() > lines + 1) {
                        starts.removeFirst();
                    }
                }
            }
        }
        return starts.getFirst();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (next == line.length) {
            if (left <= 0 || !nextLine()) {
                return -1;
            }
        }
        int n = (int) Math.min(Math.min(length, line.length - next), left);
        System.arraycopy(line, next, into, offset, n);
        next += n;
        left -= n;
        return n == 0 ? -1 : n;
    }

    private boolean nextLine() throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            int c = file.read();
            if (c < 0) {
                if (!more()) {
                    return false;
                }
                continue;
            }
            position++;
            bytes.write(c);
            if (c == '\n') {
                String text = bytes.toString(StandardCharsets.ISO_8859_1);
                int space = text.indexOf(' ');
                boolean wanted = query.since()
                        .map(since -> !Instant.parse(text.substring(0, space)).isBefore(since))
                        .orElse(true);
                line = wanted
                        ? (query.timestamps() ? text : text.substring(space + 1)).getBytes(StandardCharsets.ISO_8859_1)
                        : new byte[0];
                next = 0;
                return true;
            }
        }
    }

    private boolean more() throws IOException {
        try {
            return query.follow() && log.awaitMore(position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
