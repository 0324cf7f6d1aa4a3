package io.operatorlib.internal.cache;

import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pauses after what failed, and what is told of it: growing pauses with jitter, but never shorter than the server
 * asks for. Used by the informer's thread; its health is for anybody.
 */
final class Retries {
    /** Short: after a blip of the API server one is back at once. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(300);

    /** With jitter, an API server that came back is noticed within 15 s; a try in 10 s harms no server. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    private final Scheduler scheduler;
    private final ListQuery query;
    private final Backoff backoff;
    private boolean synced;
    private volatile boolean stopped;
    private volatile InformerHealth health;

    Retries(Scheduler scheduler, ListQuery query) {
        this.scheduler = scheduler;
        this.query = query;
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, scheduler.random());
        this.health = new InformerHealth(query.kind().toString(), false, 0, "", scheduler.nanoTime());
    }

    InformerHealth health() {
        return health;
    }

    /** All has been listed. */
    void synced() {
        synced = true;
        well();
    }

    /** The server does what it is asked for. */
    void well() {
        if (!health.well()) {
            health = new InformerHealth(query.kind().toString(), synced, 0, "", scheduler.nanoTime());
        }
    }

    /** Something has come: the next pause is a short one again. */
    void reset() {
        backoff.reset();
    }

    /** Waits after what is no failure, but comes too often. */
    void pause() throws InterruptedException {
        pause(backoff.next());
    }

    void failed(String what, RuntimeException why) throws InterruptedException {
        var asked = why instanceof ApiException e ? e.retryAfter() : Optional.<Duration>empty();
        failed(what, String.valueOf(why.getMessage()), asked.orElse(Duration.ZERO));
    }

    void failed(String what, String why) throws InterruptedException {
        failed(what, why, Duration.ZERO);
    }

    private void failed(String what, String why, Duration atLeast) throws InterruptedException {
        if (stopped) {
            return;
        }
        Duration own = backoff.next();
        Duration wait = own.compareTo(atLeast) < 0 ? atLeast.plus(own) : own;
        health = new InformerHealth(
                query.kind().toString(), synced, backoff.failures(), what + ": " + why, health.since());
        LOG.warn(
                "an informer will try again verb={} kind={} namespace={} in={} problem={}",
                what,
                query.kind(),
                query.namespace(),
                wait,
                why);
        pause(wait);
    }

    private void pause(Duration time) throws InterruptedException {
        if (!stopped) {
            scheduler.sleep(time);
        }
    }

    /** Waits no more. */
    void stop() {
        stopped = true;
    }
}
