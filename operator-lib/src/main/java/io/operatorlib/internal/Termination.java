package io.operatorlib.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The request that this process end, by SIGTERM, SIGINT or an exit elsewhere in it. While it is watched, the process
 * waits for {@link #close} before it ends.
 */
public final class Termination implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private Termination(Duration patience) {
        this.hook = new Thread(() -> hold(patience), "termination");
    }

    /**
     * Begins to watch for the request.
     *
     * @param patience how long the process waits at most
     */
    public static Termination watch(Duration patience) {
        var termination = new Termination(patience);
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    /** Waits until the process is asked to end. */
    public void await() throws InterruptedException {
        asked.await();
    }

    private void hold(Duration patience) {
        asked.countDown();
        try {
            boolean unused = closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the process end, if it was asked to. */
    @Override
    public void close() {
        closed.countDown();
        if (asked.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // it was asked just now: the hook finds itself released
            }
        }
    }
}
