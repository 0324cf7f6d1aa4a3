package io.operatorlib.internal.engine;

/** Tells, just before each effect, whether this process may still have effects. */
@FunctionalInterface
interface Fence {
    boolean mayWrite();
}
