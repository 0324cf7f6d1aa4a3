package io.operatorlib.agent;

import java.util.Optional;

/**
 * A program of an operator's own in one of its pods: it works by itself, also while the operator is away, and says how it
 * stands.
 *
 * <p>{@link #run} has a thread of its own; all else is called by any thread, at any time, and returns soon.
 */
public interface Agent {
    /** Works until it is to end. */
    void run() throws InterruptedException;

    /** Lets {@link #run} return, in order. */
    void end();

    /**
     * How it stands: a record; empty where it does not know yet.
     *
     * @param revision of the {@link Notice} that it is expected to know
     */
    Optional<?> state(long revision);

    /** Tells whether clients may come. */
    boolean ready();

    /** Tells whether it does its work; false is a reason to restart it. */
    boolean live();
}
