package io.operatorlib.internal;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;

/** A scheduler for one thread, in which sleeping takes no time but that of its own clock. */
public final class VirtualScheduler implements Scheduler {
    private final Random random = new Random(7);
    private long nanos;

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void sleep(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public Gate gate() {
        return new Gate() {
            private long opened;

            @Override
            public long ticket() {
                return opened;
            }

            @Override
            public void open() {
                opened++;
            }

            @Override
            public boolean await(long ticket, Duration atMost) {
                if (ticket == opened) {
                    sleep(atMost);
                }
                return ticket != opened;
            }
        };
    }

    @Override
    public Task fork(String name, Runnable body) {
        throw new UnsupportedOperationException("one thread only");
    }
}
