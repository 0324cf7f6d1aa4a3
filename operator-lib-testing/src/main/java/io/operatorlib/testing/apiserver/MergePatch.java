package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** Merge patches after RFC 7396. */
final class MergePatch {
    private MergePatch() {}

    /** The target with the patch merged in; neither is changed. */
    static JsonObject apply(JsonObject target, JsonObject patch) {
        JsonObject merged = Json.shallow(target);
        patch.asMap().forEach((name, change) -> {
            if (change.isJsonNull()) {
                merged.remove(name);
            } else {
                merged.add(name, merged(merged.get(name), change));
            }
        });
        return merged;
    }

    private static JsonElement merged(@Nullable JsonElement target, JsonElement change) {
        if (!(change instanceof JsonObject patch)) {
            return change;
        }
        return apply(target instanceof JsonObject object ? object : new JsonObject(), patch);
    }
}
