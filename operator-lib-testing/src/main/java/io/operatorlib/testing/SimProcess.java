package io.operatorlib.testing;

import java.time.Duration;

/** One program of a simulation, with a network, a wall clock and an end of its own. Used by the driver. */
public final class SimProcess {
    private final Kernel kernel;
    private final Incarnation life;
    private final Network network;
    private int freezes;

    SimProcess(Kernel kernel, Incarnation life, Network network) {
        this.kernel = kernel;
        this.life = life;
        this.network = network;
    }

    public String name() {
        return life.name();
    }

    /** Puts a fault between this program and the API server. */
    public void begin(ApiFault fault) {
        network.add(fault);
    }

    public void end(ApiFault fault) {
        network.remove(fault);
    }

    /** Lets the program stand still, between any two of its calls, as a stopped process does: time passes without it. */
    public void freeze() {
        freezes++;
        kernel.log("freeze of " + name(), 0);
        kernel.freeze(life);
    }

    /** Lets it go on, as soon as it is not frozen more often than thawed. */
    public void thaw() {
        freezes--;
        if (freezes == 0 && !life.crashed()) {
            kernel.log("thaw of " + name(), 0);
            kernel.thaw(life);
        }
    }

    /** Sets its wall clock forward, or back where it is less than nothing. The monotonic clock goes on as before. */
    public void stepClock(Duration by) {
        kernel.log("clock of " + name() + " by " + by, 0);
        life.stepClock(by);
    }

    /** Runs something inside it, in a thread of its own. */
    public void run(String what, Runnable body) {
        kernel.fork(life, what, body);
    }

    /** Ends it, at once and for good. */
    public void crash() {
        life.crash();
    }

    /** Whether it is over. */
    public boolean crashed() {
        return life.crashed();
    }
}
