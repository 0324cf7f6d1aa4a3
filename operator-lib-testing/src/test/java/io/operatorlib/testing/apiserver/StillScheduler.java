package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;

/** A scheduler for one thread: time stands still but where that thread waits, and then passes at once. */
public final class StillScheduler implements Scheduler {
    private static final Instant BEGINNING = Instant.parse("2026-01-02T03:04:05Z");

    private final Random random = new Random(1);
    private Runnable news = () -> {};
    private long nanos;

    /** What somebody does who learns of each change at once, before whoever made it goes on. */
    void atEachOpening(Runnable deed) {
        news = deed;
    }

    @Override
    public synchronized Instant now() {
        return BEGINNING.plusNanos(nanos);
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public synchronized void sleep(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public Gate gate() {
        return new Gate() {
            private long openings;

            @Override
            public synchronized long ticket() {
                return openings;
            }

            @Override
            public void open() {
                synchronized (this) {
                    openings++;
                }
                news.run();
            }

            @Override
            public boolean await(long ticket, Duration atMost) {
                boolean opened;
                synchronized (this) {
                    opened = openings > ticket;
                }
                if (!opened) {
                    sleep(atMost);
                }
                return opened;
            }
        };
    }

    @Override
    public Task fork(String name, Runnable body) {
        throw new UnsupportedOperationException("the API server forks nothing");
    }
}
