package io.operatorlib.leader;

/** What is to be done by one process at a time. */
@FunctionalInterface
public interface LedWork {
    /**
     * Works, in a thread of its own, for as long as this process leads. It is interrupted when it is to end: because the
     * process stops, in which case the leadership goes on for as long as this takes, or because the leadership is over.
     * Nobody else gets the Lease from this process before this has returned.
     *
     * <p>When it returns without having been interrupted, the work is done: the Lease is released, and the elector ends.
     *
     * @throws Exception if it failed: the Lease is released, and competed for again
     */
    void lead(Leadership leadership) throws Exception;
}
