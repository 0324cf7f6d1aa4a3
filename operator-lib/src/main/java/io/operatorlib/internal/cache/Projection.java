package io.operatorlib.internal.cache;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** What is kept of an object. Given each object once, when it is read; never a deleted one without its last state. */
@FunctionalInterface
public interface Projection {
    JsonElement of(JsonObject object);

    /** Keeps all of it. */
    static Projection whole() {
        return object -> object;
    }
}
