package io.operatorlib.leader;

import io.operatorlib.Ports;
import io.operatorlib.internal.leader.LeaseLoop;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A candidate for a Lease, and its holder's work. An operator has one where it is told by which Lease to elect; a
 * program that is no operator, or a second Lease for something of its own, takes one by itself.
 *
 * <p><b>Guarantees.</b> The work runs only while the Lease is held, once at a time, and the Lease is released only after
 * it has ended. One lost, late or refused request costs no leadership. Nothing here ends the process.
 *
 * <p><b>Limits.</b> Whatever the work does outside the process goes through {@link Leadership#fence}, or asks
 * {@link Leadership#deadline}: nobody can call back what it has sent without.
 */
public final class Elector {
    private final LeaseLoop loop;

    private Elector(LeaseLoop loop) {
        this.loop = loop;
    }

    /** Begins to compete, and returns at once. */
    public static Elector start(LeaderElection election, Ports ports, LedWork work) {
        return start(election, ports, work, () -> true);
    }

    /**
     * Begins to compete, and returns at once.
     *
     * @param fit whether the work could be done now: who is not fit does not claim the Lease, and gives it up
     */
    public static Elector start(LeaderElection election, Ports ports, LedWork work, BooleanSupplier fit) {
        var loop = new LeaseLoop(election, ports, work, fit);
        loop.start();
        return new Elector(loop);
    }

    /**
     * Stops: the work is interrupted and gets the given time to end, during which the Lease is still renewed; then the
     * Lease is released. If the work does not end, its fence is shut and the Lease is left to lapse.
     *
     * @return whether the work ended in that time
     */
    public boolean stop(Duration atMost) throws InterruptedException {
        return loop.stop(atMost);
    }

    /** Asks at once whether the candidate is fit, which it does by itself only when it looks at the Lease. */
    public void reconsider() {
        loop.reconsider();
    }

    /** Waits until the work is done, or this was stopped. */
    public boolean await(Duration atMost) throws InterruptedException {
        return loop.await(atMost);
    }

    public ElectionStatus status() {
        return loop.status();
    }

    /** Tells whether it does its work; false is a reason to restart the process. */
    public boolean healthy() {
        return loop.healthy();
    }
}
