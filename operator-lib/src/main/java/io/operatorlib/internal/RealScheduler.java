package io.operatorlib.internal;

import io.operatorlib.spi.Scheduler;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's own time, threads and randomness. */
public final class RealScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(RealScheduler.class);

    // passwords are made of it, too
    private final SecureRandom random = new SecureRandom();

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos(time));
    }

    @Override
    public Gate gate() {
        return new EventCount();
    }

    @Override
    public Task fork(String name, Runnable body) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((which, error) -> LOG.error("thread died: name={}", name, error));
        thread.start();
        return new Forked(thread);
    }

    @Override
    public void caught(String where, Throwable thrown) {
        LOG.debug("caught: where=\"{}\"", where, thrown);
    }

    /** A duration of more than 292 years is as good as for ever. */
    private static long nanos(Duration time) {
        try {
            return Math.max(0, time.toNanos());
        } catch (ArithmeticException tooLong) {
            return time.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    private record Forked(Thread thread) implements Task {
        @Override
        public void interrupt() {
            thread.interrupt();
        }

        @Override
        public boolean join(Duration atMost) throws InterruptedException {
            // a zero here would mean for ever to Thread.join
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos(atMost)));
            thread.join(millis);
            return !thread.isAlive();
        }
    }

    private static final class EventCount implements Gate {
        private long openings;

        @Override
        public synchronized long ticket() {
            return openings;
        }

        @Override
        public synchronized void open() {
            openings++;
            notifyAll();
        }

        @Override
        public synchronized boolean await(long ticket, Duration atMost) throws InterruptedException {
            long limit = nanos(atMost);
            long start = System.nanoTime();
            while (openings == ticket) {
                long left = limit - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        }
    }
}
