package io.operatorlib.internal.leader;

import io.operatorlib.leader.Leadership;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.OptionalLong;

/** A leadership that was won. Renewals move its end; once it is closed nothing opens it again. */
final class Term implements Leadership {
    private final Scheduler scheduler;
    private final long term;
    private final String holder;
    private volatile long validUntil;
    private volatile boolean closed;

    Term(Scheduler scheduler, long term, String holder, long validUntil) {
        this.scheduler = scheduler;
        this.term = term;
        this.holder = holder;
        this.validUntil = validUntil;
    }

    void renewed(long until) {
        validUntil = until;
    }

    /** Ends it, before its time. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public OptionalLong validUntil() {
        return OptionalLong.of(validUntil);
    }

    @Override
    public Duration remaining() {
        return closed ? Duration.ZERO : Duration.ofNanos(Math.max(0, validUntil - scheduler.nanoTime()));
    }
}
