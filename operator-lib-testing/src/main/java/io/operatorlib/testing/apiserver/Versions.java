package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import java.util.List;

/** Between what is served and what is stored. */
final class Versions {
    private static final String EVENTS_GROUP = "events.k8s.io";

    private Versions() {}

    /** Under which name the objects of a kind are stored: those of the two kinds of Event under the same. */
    static String stored(ServedKind kind) {
        return kind.group().equals(EVENTS_GROUP) ? kind.plural() : kind.resource();
    }

    /** Where an object is stored, among those of its resource. */
    static String key(ServedKind kind, String namespace, String name) {
        return kind.namespaced() ? namespace + "/" + name : name;
    }

    /** The stored object as a kind serves it, by the schema that it has by now. */
    static JsonObject served(ServedKind kind, JsonObject stored) {
        if (kind.group().equals(EVENTS_GROUP)) {
            return newEvent(stored);
        }
        if (!kind.custom()) {
            return stored;
        }
        return served(kind, List.of(stored)).get(0);
    }

    /** Objects of a custom kind as it serves them; they are converted together. */
    static List<JsonObject> served(ServedKind kind, List<JsonObject> stored) {
        return kind.versions().convert(kind.apiVersion(), kind.kind(), stored).stream()
                .map(kind.rules()::read)
                .toList();
    }

    /** The object of a kind as it is to be stored: {@code apiVersion}, {@code kind} and {@code metadata} first. */
    static JsonObject toStore(ServedKind kind, JsonObject served) {
        if (kind.group().equals(EVENTS_GROUP)) {
            return oldEvent(served);
        }
        if (!kind.custom()) {
            return ordered(kind.apiVersion(), kind.kind(), served);
        }
        String version = kind.group() + "/" + kind.storageVersion();
        JsonObject converted =
                kind.versions().convert(version, kind.kind(), List.of(served)).get(0);
        return ordered(version, kind.kind(), converted);
    }

    private static JsonObject ordered(String apiVersion, String kind, JsonObject object) {
        var ordered = new JsonObject();
        ordered.addProperty("apiVersion", apiVersion);
        ordered.addProperty("kind", kind);
        ordered.add("metadata", Meta.of(object));
        object.asMap().forEach((name, value) -> {
            if (!ordered.has(name)) {
                ordered.add(name, value);
            }
        });
        return ordered;
    }

    private static final String[][] EVENT_FIELDS = {
        {"involvedObject", "regarding"},
        {"message", "note"},
        {"reportingComponent", "reportingController"},
        {"count", "deprecatedCount"},
        {"firstTimestamp", "deprecatedFirstTimestamp"},
        {"lastTimestamp", "deprecatedLastTimestamp"},
        {"source", "deprecatedSource"},
    };

    private static JsonObject newEvent(JsonObject stored) {
        return ordered(EVENTS_GROUP + "/v1", "Event", renamed(stored, 0, 1));
    }

    private static JsonObject oldEvent(JsonObject served) {
        return ordered("v1", "Event", renamed(served, 1, 0));
    }

    private static JsonObject renamed(JsonObject event, int from, int to) {
        var renamed = new JsonObject();
        event.asMap().forEach((name, value) -> {
            if (!name.equals("apiVersion")) {
                renamed.add(rename(name, from, to), value);
            }
        });
        return renamed;
    }

    private static String rename(String name, int from, int to) {
        for (String[] pair : EVENT_FIELDS) {
            if (pair[from].equals(name)) {
                return pair[to];
            }
        }
        return name;
    }

    /** The text of an item in a list: those of built-in kinds do not repeat kind and version. */
    static String item(ServedKind kind, String text) {
        if (kind.custom()) {
            return text;
        }
        int prefix = "{\"apiVersion\":\"\",\"kind\":\"\",".length()
                + kind.apiVersion().length()
                + kind.kind().length();
        return "{" + text.substring(prefix);
    }
}
