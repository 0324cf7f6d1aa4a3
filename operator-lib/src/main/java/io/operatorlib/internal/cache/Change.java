package io.operatorlib.internal.cache;

import io.operatorlib.ResourceKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one object of a store. At least one side is there, and where both are they are the same object, by
 * UID, at two versions: an object that took the name of another is two changes.
 *
 * @param before as it was; null if it is new
 * @param after as it is; null if it is gone
 */
public record Change(
        @Nullable StoredObject before, @Nullable StoredObject after) {

    public ResourceKey key() {
        return Objects.requireNonNull(after == null ? before : after).key();
    }
}
