package io.operatorlib.postgres;

import java.util.SortedMap;

/** The port to the instances. */
public interface Asking {
    // region asking
    /**
     * Asks all of them at once.
     *
     * @param addresses of their pods, by name
     * @param revision of the designation that they should know: who does not looks at once
     */
    Instances ask(SortedMap<String, String> addresses, long revision) throws InterruptedException;
    // endregion
}
