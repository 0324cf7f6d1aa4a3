package io.operatorlib.internal.queue;

/** What a queue tells of itself while it works. Calls return at once, and take no lock of the caller's. */
public interface QueueMetrics {
    /** Tells nobody. */
    QueueMetrics NONE = new QueueMetrics() {};

    default void added() {}

    default void retried() {}

    /**
     * A key was taken.
     *
     * @param waitedNanos how long it had been ready
     */
    default void taken(long waitedNanos) {}
}
