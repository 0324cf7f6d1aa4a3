package io.operatorlib.spi;

import java.time.Duration;

/**
 * An open watch: a stream of JSON lines. One thread reads; any thread may close, upon which the reader is told
 * {@link Ended}.
 */
public interface ApiWatch extends AutoCloseable {
    /** The HTTP status code of the reply; the stream has events only where it is 200. */
    int status();

    /** The reply's body where {@link #status()} is not 200: a Kubernetes {@code Status} in JSON; else empty. */
    String refusal();

    /** Waits for the next line, at most for the given time. */
    Next next(Duration atMost) throws InterruptedException;

    @Override
    void close();

    /** What a read of the stream gave. */
    sealed interface Next {}

    /**
     * One line.
     *
     * @param json a watch event, without the line's end
     */
    record Line(String json) implements Next {}

    /** Nothing came in the time given; the stream goes on. */
    record Idle() implements Next {}

    /** The stream is over, in order or not; the connection is closed. */
    record Ended() implements Next {}
}
