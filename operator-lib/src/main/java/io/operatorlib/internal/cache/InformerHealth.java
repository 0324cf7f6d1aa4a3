package io.operatorlib.internal.cache;

/**
 * How an informer is doing.
 *
 * @param what what it follows
 * @param synced whether its store has ever been filled
 * @param failures how many tries have failed since one worked
 * @param problem the last failure, for people; empty while all is well
 * @param since the scheduler's {@code nanoTime} when it was last well, or began
 */
public record InformerHealth(String what, boolean synced, int failures, String problem, long since) {
    public boolean well() {
        return synced && failures == 0;
    }
}
