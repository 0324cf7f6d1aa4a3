package io.operatorlib.leader;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Led work for a program that does it in a thread of its own: what may only be so while it leads, a database that takes
 * writes for example.
 *
 * <p><b>Flow.</b> {@link #leadership} is there → {@link #take} → it is over, and {@code changed} is called → {@link #leave}
 * → the Lease is released, or another leadership follows.
 *
 * <p><b>Guarantees.</b> The Lease is not given up while the office is taken. Nobody takes it under a leadership that is
 * over.
 *
 * <p><b>Limits.</b> It is taken and left by one thread. A Lease that runs out does not wait: whoever takes the office asks
 * {@link Leadership#leads} before each effect.
 */
public final class Office implements LedWork {
    private static final Logger LOG = LoggerFactory.getLogger(Office.class);

    /** Who waits here is woken; this only bounds what one missed word would cost. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Scheduler.Gate left;
    private final Runnable changed;
    private volatile @Nullable Leadership leadership;
    private volatile @Nullable Leadership taken;

    /** @param changed called when a leadership has begun, and when it is over; by another thread */
    public Office(Scheduler scheduler, Runnable changed) {
        this.left = scheduler.gate();
        this.changed = changed;
    }

    /** The leadership, from its beginning until the elector wants it to end. */
    public Optional<Leadership> leadership() {
        return Optional.ofNullable(leadership);
    }

    /** The leadership under which the office was taken, even when that is over; empty where it is not taken. */
    public Optional<Leadership> taken() {
        return Optional.ofNullable(taken);
    }

    /**
     * Takes the office, where it is not taken yet.
     *
     * @return whether it is taken; false where that leadership is over
     */
    public boolean take(Leadership under) {
        if (taken == null) {
            taken = under;
            if (leadership != under) { // it ended meanwhile, and who waits for the end may not have seen this
                leave();
            }
        }
        return taken != null;
    }

    /** What was done under it has ended. */
    public void leave() {
        taken = null;
        left.open();
    }

    @Override
    public void lead(Leadership next) {
        LOG.debug("office begins term={}", next.term());
        leadership = next;
        changed.run();
        awaitEnd();
        leadership = null;
        changed.run();
        awaitLeft();
        LOG.debug("office ends term={}", next.term());
    }

    private void awaitEnd() {
        try {
            while (true) {
                left.await(left.ticket(), LOOK);
            }
        } catch (InterruptedException e) {
            LOG.debug("office is to be left");
        }
    }

    private void awaitLeft() {
        while (taken != null) {
            long ticket = left.ticket();
            try {
                if (taken != null) {
                    left.await(ticket, LOOK);
                }
            } catch (InterruptedException e) {
                LOG.debug("office is still taken");
            }
        }
    }
}
