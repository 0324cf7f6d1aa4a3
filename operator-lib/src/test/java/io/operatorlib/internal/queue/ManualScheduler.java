package io.operatorlib.internal.queue;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One thread whose waiting makes the time pass at once. */
final class ManualScheduler implements Scheduler {
    private long nanos;
    private long openings;

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
        return new SplittableRandom(1);
    }

    @Override
    public void sleep(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public Gate gate() {
        return new Gate() {
            @Override
            public long ticket() {
                return openings;
            }

            @Override
            public void open() {
                openings++;
            }

            @Override
            public boolean await(long ticket, Duration atMost) {
                if (openings != ticket) {
                    return true;
                }
                sleep(atMost);
                return false;
            }
        };
    }

    @Override
    public Task fork(String name, Runnable body) {
        throw new UnsupportedOperationException("one thread only");
    }
}
