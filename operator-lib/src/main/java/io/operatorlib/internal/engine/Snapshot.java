package io.operatorlib.internal.engine;

import com.google.gson.JsonObject;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.ResourceKey;

/**
 * One observation of a resource.
 *
 * @param object the resource as the API gave it
 * @param seen what the reconciler is shown
 */
record Snapshot<S, T>(JsonObject object, Observed<S, T> seen) {
    Meta meta() {
        return seen.meta();
    }

    ResourceKey key() {
        return seen.resource().key();
    }
}
