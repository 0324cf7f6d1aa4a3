package io.operatorlib.leader;

import io.operatorlib.internal.leader.FencedKubeApi;
import io.operatorlib.internal.leader.Uncontested;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * One term of holding a Lease. It begins when the Lease is acquired and ends for good when it is lost, released, or not
 * renewed in time; who acquires the Lease again has another one. Safe for use by many threads.
 */
public interface Leadership {
    /** Counts the terms of a Lease: a later leadership has a greater one. Zero where nobody competes. */
    long term();

    /** Who holds the Lease: the process's identity, as the Lease shows it. */
    String holder();

    /**
     * Until when effects are allowed, by the Scheduler's monotonic clock in nanoseconds; each renewal moves it on. Empty
     * where nobody competes, so that there is no end.
     */
    OptionalLong validUntil();

    /** How long effects are allowed if no renewal comes; zero once this leadership is over. */
    Duration remaining();

    /** Tells whether effects are allowed now. */
    default boolean leads() {
        return !remaining().isZero();
    }

    /**
     * A deadline for one effect: the time wished, or what remains of the leadership where that is less.
     *
     * @throws LeadershipLostException if nothing remains
     */
    default Duration deadline(Duration wished) {
        Duration left = remaining();
        if (left.isZero()) {
            throw new LeadershipLostException(holder() + " does not lead any more");
        }
        return left.compareTo(wished) < 0 ? left : wished;
    }

    /**
     * A door through which requests that may change something leave only while this leadership is valid, with what
     * remains of it as their deadline, here and at the server; later ones get {@link LeadershipLostException}. Reads
     * pass at any time.
     */
    default KubeApi fence(KubeApi door) {
        return new FencedKubeApi(door, this);
    }

    /** The leadership of one who runs alone: always valid. */
    static Leadership uncontested() {
        return Uncontested.INSTANCE;
    }
}
