package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into an object's {@code metadata}, and changes it by making a new object. */
final class Meta {
    private Meta() {}

    static JsonObject of(JsonObject object) {
        return Json.object(object, "metadata");
    }

    static String name(JsonObject object) {
        return Json.string(of(object), "name");
    }

    static String namespace(JsonObject object) {
        return Json.string(of(object), "namespace");
    }

    static String uid(JsonObject object) {
        return Json.string(of(object), "uid");
    }

    static String resourceVersion(JsonObject object) {
        return Json.string(of(object), "resourceVersion");
    }

    static List<String> finalizers(JsonObject object) {
        return Json.strings(of(object), "finalizers");
    }

    static boolean terminating(JsonObject object) {
        return of(object).get("deletionTimestamp") instanceof JsonPrimitive;
    }

    static long generation(JsonObject object) {
        Long generation = Json.number(of(object), "generation");
        return generation == null ? 0 : generation;
    }

    static JsonObject with(JsonObject object, String name, @Nullable JsonElement value) {
        return Json.with(object, "metadata", Json.with(of(object), name, value));
    }

    static JsonObject with(JsonObject object, String name, String value) {
        return with(object, name, new JsonPrimitive(value));
    }

    static JsonObject with(JsonObject object, String name, long value) {
        return with(object, name, new JsonPrimitive(value));
    }

    /** The new object with the metadata that an update cannot leave out. */
    static JsonObject kept(JsonObject wanted, JsonObject before) {
        JsonObject meta = Json.shallow(Meta.of(wanted));
        JsonObject old = Meta.of(before);
        keep(meta, old, "uid", true);
        put(meta, "creationTimestamp", old.get("creationTimestamp"));
        keep(meta, old, "deletionTimestamp", false);
        keep(meta, old, "deletionGracePeriodSeconds", false);
        meta.remove("resourceVersion");
        meta.remove("selfLink");
        put(meta, "generation", old.get("generation"));
        if (!meta.has("name")) {
            put(meta, "name", old.get("name"));
        }
        if (!meta.has("namespace")) {
            put(meta, "namespace", old.get("namespace"));
        }
        return Json.with(wanted, "metadata", meta);
    }

    private static void keep(JsonObject meta, JsonObject old, String name, boolean always) {
        boolean absent = meta.get(name) == null || meta.get(name).isJsonNull();
        if (absent && (always || old.has(name))) {
            put(meta, name, old.get(name));
        }
    }

    private static void put(JsonObject meta, String name, @Nullable JsonElement value) {
        if (value == null) {
            meta.remove(name);
        } else {
            meta.add(name, value);
        }
    }
}
