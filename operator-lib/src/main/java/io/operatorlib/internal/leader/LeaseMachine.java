package io.operatorlib.internal.leader;

import io.operatorlib.leader.LeaderElection;
import java.time.Instant;
import java.util.Optional;

/**
 * What one candidate knows of a Lease and of its own claim to it, and what follows from that. A value: each method makes
 * the next one. Times are the monotonic clock's, in nanoseconds.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *              seen                    written
 *  UNKNOWN ────────────▶ WAITING ────────────────────▶ LEADING ──┐ renewed
 *                          ▲  ▲                         │    ▲────┘
 *                          │  └──── another's name ─────┤
 *                          └─ not renewed in time, released
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>A Lease that somebody holds is claimed only when the duration that it declares itself has passed here since it
 *       was seen to change. Nobody's wall clock is asked, so that a wrong one neither steals nor blocks it.
 *   <li>A Lease without holder, or one that does not say for how long it is held, is claimed at once; so is one that
 *       still bears the own name, or that of an earlier process in the same pod.
 *   <li>Leading counts from the <em>beginning</em> of the request that acquired or renewed the Lease, and lasts for
 *       {@link LeaderElection#validity()}, which is less than the duration that the others wait.
 *   <li>A request without a reply changes nothing until it is known whether it took effect; if it did, it counts from
 *       its own beginning.
 *   <li>A Lease that was deleted while it was held is waited for as if it were there.
 *   <li>Each acquisition has a greater term than all that were seen before.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>Clocks may differ in speed by as much as the margin is of the duration: a fifth. A monotonic clock that stands
 * still while the machine is suspended breaks that.
 *
 * @param me the own identity
 * @param unanswered the last write of which no reply came
 * @param highest the greatest term that was seen
 */
public record LeaseMachine(
        LeaderElection election, String me, Standing standing, Optional<Attempt> unanswered, long highest) {

    /** Where a candidate stands. */
    public sealed interface Standing {}

    /** The Lease has not been seen yet, or not since a write was refused. */
    public record Unknown() implements Standing {}

    /**
     * Somebody else leads, or nobody.
     *
     * @param seen the Lease; one that is not stored where there is none
     * @param free from when it may be claimed
     */
    public record Waiting(Lease seen, long free) implements Standing {}

    /**
     * This candidate leads.
     *
     * @param mine the Lease as it was written last
     * @param renewed when the request began that wrote it
     */
    public record Leading(Lease mine, long renewed) implements Standing {}

    /**
     * A write of the Lease.
     *
     * @param began when its request began
     * @param lookedFor whether the Lease has been read since
     */
    public record Attempt(Lease lease, long began, boolean lookedFor) {
        public Attempt(Lease lease, long began) {
            this(lease, began, false);
        }
    }

    /** What is to be done. */
    public sealed interface Decision {}

    /** Read the Lease. */
    public record Look() implements Decision {}

    /** Write the Lease: a claim of one who waits, or a renewal. */
    public record Write(Lease lease) implements Decision {}

    /** Do nothing until then, unless the Lease changes. */
    public record Rest(long until) implements Decision {}

    /** Stop to lead: the Lease was not renewed in time. */
    public record Lapse() implements Decision {}

    /** A candidate that knows nothing yet. */
    public static LeaseMachine begin(LeaderElection election, String me) {
        return new LeaseMachine(election, me, new Unknown(), Optional.empty(), 0);
    }

    /**
     * What is to be done now.
     *
     * @param wall the time that a Lease to be written shows
     */
    public Decision decide(long now, Instant wall) {
        if (standing instanceof Leading leading && now - validUntil(leading) >= 0) {
            return new Lapse();
        }
        if (unanswered.isPresent() && !unanswered.get().lookedFor()) {
            return new Look();
        }
        if (standing instanceof Waiting waiting) {
            return now - waiting.free() >= 0
                    ? new Write(waiting.seen().acquired(me, election.duration(), highest + 1, wall))
                    : new Rest(waiting.free());
        }
        if (standing instanceof Leading leading) {
            long due = leading.renewed() + election.retry().toNanos() / 4 * 3; // so that who watches need not look
            return now - due >= 0
                    ? new Write(leading.mine().renewed(me, election.duration(), wall))
                    : new Rest(Math.min(due, validUntil(leading)));
        }
        return new Look();
    }

    /** The Lease was read, or somebody told of it: as it is stored, or {@link Lease#none} where there is none. */
    public LeaseMachine seen(Lease lease, long now) {
        Standing next;
        Optional<Attempt> open = unanswered.map(attempt -> new Attempt(attempt.lease(), attempt.began(), true));
        if (unanswered.isPresent() && lease.says(unanswered.get().lease())) {
            next = new Leading(lease, unanswered.get().began());
            open = Optional.empty();
        } else if (standing instanceof Leading leading) {
            next = stillLeading(leading, lease, now);
        } else {
            next = waiting(lease, now);
        }
        return new LeaseMachine(election, me, next, open, Math.max(highest, lease.term()));
    }

    private Standing stillLeading(Leading leading, Lease lease, long now) {
        if (!lease.stored()) {
            return new Leading(leading.mine().fresh(), leading.renewed());
        }
        return lease.holder().equals(me) ? new Leading(lease, leading.renewed()) : waiting(lease, now);
    }

    private Waiting waiting(Lease lease, long now) {
        if (standing instanceof Waiting before) {
            boolean same = lease.stored()
                    ? lease.says(before.seen())
                    : !before.seen().stored() || before.seen().held();
            if (same) {
                return new Waiting(lease.stored() ? lease : before.seen().fresh(), before.free());
            }
        }
        boolean taken = lease.stored() && lease.held() && !ownOrEarlier(lease.holder());
        return new Waiting(lease, taken ? now + lease.duration().toNanos() : now);
    }

    /** Tells whether a holder is this candidate, or one that was in its place before and is over. */
    private boolean ownOrEarlier(String holder) {
        String place = election.identity() + "_";
        return holder.equals(me)
                || (election.exclusive() && holder.length() == me.length() && holder.startsWith(place));
    }

    /** A write succeeded: this is what is stored now. */
    public LeaseMachine written(Lease stored, Attempt attempt) {
        return new LeaseMachine(
                election, me, new Leading(stored, attempt.began()), Optional.empty(), Math.max(highest, stored.term()));
    }

    /** No reply came to a write: nobody knows what became of it, so the Lease is to be read. */
    public LeaseMachine unanswered(Attempt attempt) {
        return new LeaseMachine(election, me, standing, Optional.of(attempt), highest);
    }

    /** The Lease lapsed, and all that was done under it has ended. */
    public LeaseMachine lapsed(long now) {
        Standing next = standing instanceof Leading leading ? new Waiting(leading.mine(), now) : standing;
        return new LeaseMachine(election, me, next, unanswered, highest);
    }

    /** The Lease was given up: this is what is stored now. Others have the first try at it. */
    public LeaseMachine released(Lease stored, long now) {
        var next = new Waiting(stored, now + election.retry().toNanos());
        return new LeaseMachine(election, me, next, Optional.empty(), highest);
    }

    /** The Lease without a holder, for one who gives it up; empty where it is not this candidate's. */
    public Optional<Lease> release(Instant wall) {
        if (standing instanceof Leading leading && leading.mine().stored()) {
            return Optional.of(leading.mine().released(wall));
        }
        return standing instanceof Waiting waiting
                        && waiting.seen().stored()
                        && waiting.seen().holder().equals(me)
                ? Optional.of(waiting.seen().released(wall))
                : Optional.empty();
    }

    /** Who holds the Lease, as far as is known; empty for nobody. */
    public String holder() {
        if (standing instanceof Waiting waiting) {
            return waiting.seen().holder();
        }
        return standing instanceof Leading ? me : "";
    }

    /** Tells whether the Lease could be claimed: nobody's effects are allowed any more. */
    public boolean free(long now) {
        return standing instanceof Waiting waiting && now - waiting.free() >= 0;
    }

    /** Until when this candidate may have effects; empty where it does not lead. */
    public Optional<Long> validUntil() {
        return standing instanceof Leading leading ? Optional.of(validUntil(leading)) : Optional.empty();
    }

    private long validUntil(Leading leading) {
        return leading.renewed() + election.validity().toNanos();
    }
}
