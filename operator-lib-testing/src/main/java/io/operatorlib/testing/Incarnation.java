package io.operatorlib.testing;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One life of a simulated program: its threads and its doors. When it crashes, its threads unwind at their next call
 * through a door, and nothing that it does afterwards has an effect.
 */
public final class Incarnation {
    private final Kernel kernel;
    private final String name;
    private final SplittableRandom random;
    private final Scheduler scheduler;
    private final List<Runnable> whenCrashed = new ArrayList<>();
    private final List<Actor> held = new ArrayList<>();
    private Duration clockAhead = Duration.ZERO;
    private boolean frozen;
    private boolean crashed;

    Incarnation(Kernel kernel, String name, SplittableRandom random) {
        this.kernel = kernel;
        this.name = name;
        this.random = random;
        this.scheduler = new SimScheduler(kernel, this);
    }

    public String name() {
        return name;
    }

    /** Whether this life is over. */
    public boolean crashed() {
        return crashed;
    }

    /** The door to time, threads and randomness. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** By how much its wall clock is wrong. */
    Duration clockAhead() {
        return clockAhead;
    }

    void stepClock(Duration by) {
        clockAhead = clockAhead.plus(by);
    }

    boolean frozen() {
        return frozen;
    }

    void freeze(boolean whether) {
        frozen = whether;
    }

    /** Its actors that could run if it were not frozen. */
    List<Actor> held() {
        return held;
    }

    SplittableRandom random() {
        return random;
    }

    /** Ends this life now: nothing that its threads still try takes place. */
    void crash() {
        if (!crashed) {
            end();
            kernel.log("crash of " + name, 0);
            kernel.unwind(this);
            whenCrashed.forEach(Runnable::run);
        }
    }

    /** Ends this life without telling anybody: the run is over. */
    void end() {
        crashed = true;
    }

    void whenCrashed(Runnable action) {
        whenCrashed.add(action);
    }
}
