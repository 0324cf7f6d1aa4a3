package io.operatorlib.internal.engine;

import java.time.Duration;

/** Tells, just before each effect, for how long this process may still have effects. */
@FunctionalInterface
interface Fence {
    /** Zero where it may have none. */
    Duration remaining();
}
