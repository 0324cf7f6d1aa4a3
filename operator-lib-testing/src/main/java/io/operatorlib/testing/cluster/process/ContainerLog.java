package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Exit;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What one run of a container has written: a file of lines, each with the time at which it was read. Standard output
 * and standard error are one stream.
 */
final class ContainerLog {
    /** A line that never ends is cut here; container runtimes cut at the same length. */
    private static final int LONGEST_LINE = 16 * 1024;

    /** More is not kept: a program that writes without end must not fill the disk. */
    private static final long LARGEST = 64L << 20;

    /** How unshare of util-linux before 2.39 says, instead of ending likewise, that its child was killed. */
    private static final String KILLED = "unshare: sigprocmask unblock failed: Invalid argument";

    private final Path file;
    private long size; // guarded by this
    private boolean ended; // guarded by this
    private volatile boolean killed;

    private ContainerLog(Path file) {
        this.file = file;
    }

    /** The log of a run that is over. */
    static ContainerLog over(Path file) {
        var log = new ContainerLog(file);
        synchronized (log) {
            log.ended = true;
        }
        return log;
    }

    /** The log of a run that begins. */
    static ContainerLog begun(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file);
        return new ContainerLog(file);
    }

    /** Writes down what comes from the stream, until it ends. */
    void record(InputStream output) throws IOException {
        try (output;
                OutputStream out = new BufferedOutputStream(
                        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            byte[] buffer = new byte[LONGEST_LINE];
            var line = new ByteArrayOutputStream();
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n' || line.size() >= LONGEST_LINE) {
                        write(out, line);
                    }
                    if (buffer[i] != '\n') {
                        line.write(buffer[i]);
                    }
                }
                out.flush();
                published();
            }
            if (line.size() > 0) {
                write(out, line);
            }
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private void write(OutputStream out, ByteArrayOutputStream line) throws IOException {
        if (line.toString(StandardCharsets.ISO_8859_1).equals(KILLED)) {
            killed = true;
        } else if (size < LARGEST) {
            String time = Instant.now().truncatedTo(ChronoUnit.MICROS) + " ";
            out.write(time.getBytes(StandardCharsets.US_ASCII));
            line.writeTo(out);
            out.write('\n');
        }
        line.reset();
    }

    private synchronized void published() throws IOException {
        size = Files.size(file);
        notifyAll();
    }

    /** Tells whether the outer process said that the container was killed, rather than ending in the same way. */
    boolean killed() {
        return killed;
    }

    Path file() {
        return file;
    }

    /** As much of its end as a pod's status shows; empty where it cannot be read. */
    String lastWords() {
        var end = new LogStream.Query(
                false, false, Optional.of((long) Exit.LAST_LINES), Optional.empty(), Optional.empty());
        try (var lines = new LogStream(this, end)) {
            byte[] bytes = lines.readAllBytes();
            int from = Math.max(0, bytes.length - Exit.LAST_BYTES);
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Waits until there is more than so many bytes.
     *
     * @return whether there is; false where the log has ended first
     */
    synchronized boolean awaitMore(long than) throws InterruptedException, IOException {
        while (currentSize() <= than && !ended) {
            wait();
        }
        return currentSize() > than;
    }

    private long currentSize() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
