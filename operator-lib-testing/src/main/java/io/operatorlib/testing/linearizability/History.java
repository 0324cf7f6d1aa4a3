package io.operatorlib.testing.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Writes down what clients do, each in its own thread.
 *
 * <p><b>Flow.</b> A client takes the time with {@link #now} before it sends a request, and when it knows what came of it
 * says so with {@link #answered} or {@link #unanswered}. What certainly had no effect is not written down at all.
 */
public final class History {
    private final LongSupplier clock;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * An empty one.
     *
     * @param clock never goes back, and is one for all clients; {@code Scheduler.nanoTime} is such a one
     */
    public History(LongSupplier clock) {
        this.clock = clock;
    }

    public long now() {
        return clock.getAsLong();
    }

    /** The answer came. */
    public void answered(String client, String key, Action action, long called) {
        add(new Operation(client, key, action, called, now()));
    }

    /** No answer came, or one that leaves open what was done. */
    public void unanswered(String client, String key, Action action, long called) {
        add(new Operation(client, key, action, called, Operation.NEVER));
    }

    private synchronized void add(Operation operation) {
        operations.add(operation);
    }

    /** What has been written down by now. */
    public synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }
}
