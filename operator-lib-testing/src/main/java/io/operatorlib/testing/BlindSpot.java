package io.operatorlib.testing;

/**
 * An event that a run hides from the operator. An event is what a watch tells of one object: that it was added, modified
 * or deleted.
 *
 * @param number the number of the event among those that the operator is told, over all watches, from 1
 * @param way how it is hidden
 * @param restart the number of the event at which the operator starts again, where it does
 */
public record BlindSpot(int number, Way way, int restart) implements HarmPoint {
    /** How an event is hidden. */
    public enum Way {
        /** The event, and what follows it in its watch, comes much later; other watches go on. */
        HELD,
        /** The event never comes: the watch is silent until the next change of the object, and then its place is forgotten. */
        SKIPPED,
        /** Right after it the operator crashes, and starts again at an API server that has not got that far. */
        STALE_SOON,
        /** Much later the operator crashes, and starts again at an API server that has not got that far. */
        STALE_LATER;

        boolean stale() {
            return this == STALE_SOON || this == STALE_LATER;
        }
    }

    @Override
    public String toString() {
        return number + ":" + way;
    }
}
