package io.operatorlib;

import org.jspecify.annotations.Nullable;

/**
 * One object of a {@link Kind}, as it was read: immutable.
 *
 * @param status null until someone has written one
 */
public record Resource<S, T>(Meta meta, S spec, @Nullable T status) {
    public ResourceKey key() {
        return meta.key();
    }
}
