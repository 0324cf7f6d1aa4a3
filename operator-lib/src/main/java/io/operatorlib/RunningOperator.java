package io.operatorlib;

import io.operatorlib.leader.ElectionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An operator at work. */
public interface RunningOperator {
    /**
     * Stops: no new reconcile begins, those at work get the given time to end.
     *
     * @return whether all of it ended in that time
     */
    boolean stop(Duration atMost) throws InterruptedException;

    /** Tells whether the engine can do its work; false is a reason to restart the process. */
    boolean healthy();

    /**
     * Tells why a resource was last reconciled, what was observed, planned and written, and what is waited for.
     *
     * @param plural the kind's name in paths
     * @return text for people, which names objects and shows nothing of what is in them; empty where the resource
     *     is not known
     */
    default Optional<String> explain(String plural, ResourceKey key) {
        return Optional.empty();
    }

    /** What keeps it from being healthy or ready, for people; one line each. */
    default List<String> problems() {
        return List.of();
    }

    /** Tells whether everything watched is known, so that reconciles have begun, or can as soon as it leads. */
    boolean ready();

    /** How the election stands; empty where there is none. */
    default Optional<ElectionStatus> election() {
        return Optional.empty();
    }
}
