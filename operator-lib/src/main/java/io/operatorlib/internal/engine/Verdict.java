package io.operatorlib.internal.engine;

import java.time.Duration;
import java.util.Optional;

/** How a reconcile of one key ended, which decides when the next one is. */
sealed interface Verdict {
    /** All was done; look again after that time, where one is given, though nothing changes. */
    record Done(Optional<Duration> lookAgainAfter) implements Verdict {}

    /** Something failed: try again with back-off. */
    record Failed(Failure failure) implements Verdict {}

    /** The world had moved on since it was observed: look again soon. */
    record OutOfDate(String what) implements Verdict {}

    /** Our own writes have not come back yet: an event will tell, or else the clock. */
    record Waiting() implements Verdict {}

    /** There is no such resource. */
    record Gone() implements Verdict {}
}
