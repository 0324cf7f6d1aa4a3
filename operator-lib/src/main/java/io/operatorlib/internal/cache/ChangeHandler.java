package io.operatorlib.internal.cache;

/**
 * Told of every change of a store, after it, in order, by the informer's thread. Returns soon, and calls no door. What
 * it throws is reported with the object's name and keeps nobody else from being told.
 */
@FunctionalInterface
public interface ChangeHandler {
    void changed(Change change);
}
