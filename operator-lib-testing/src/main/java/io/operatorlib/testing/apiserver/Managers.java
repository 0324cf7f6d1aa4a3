package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The managers of an object's fields: {@code metadata.managedFields}, taken apart. */
final class Managers {
    private final Map<Manager, Owned> owned = new LinkedHashMap<>();

    /**
     * Who owns.
     *
     * @param operation {@code Apply} or {@code Update}
     * @param apiVersion empty for appliers, which are the same at every version
     */
    record Manager(String name, String operation, String apiVersion, String subresource) {
        static Manager of(Ownership.Writer writer, String apiVersion) {
            return new Manager(
                    writer.manager(),
                    writer.operation(),
                    writer.operation().equals(Ownership.APPLY) ? "" : apiVersion,
                    writer.subresource());
        }
    }

    /**
     * What it owns.
     *
     * @param time when it last changed something
     */
    record Owned(FieldSet fields, String apiVersion, String time) {}

    static Managers of(JsonArray managedFields) {
        var managers = new Managers();
        for (JsonElement element : managedFields) {
            if (element instanceof JsonObject entry && entry.has("manager")) {
                String operation = Json.string(entry, "operation");
                String version = Json.string(entry, "apiVersion");
                var manager = new Manager(
                        Json.string(entry, "manager"),
                        operation,
                        operation.equals(Ownership.APPLY) ? "" : version,
                        Json.string(entry, "subresource"));
                managers.owned.put(
                        manager,
                        new Owned(FieldSet.parse(Json.object(entry, "fieldsV1")), version, Json.string(entry, "time")));
            }
        }
        return managers;
    }

    FieldSet fields(Manager manager) {
        Owned mine = owned.get(manager);
        return mine == null ? FieldSet.EMPTY : mine.fields();
    }

    /** When a manager last changed something; empty where that is not known. */
    String time(Manager manager) {
        Owned mine = owned.get(manager);
        return mine == null ? "" : mine.time();
    }

    /** The owners, the same ones as in {@code metadata.managedFields}; a copy. */
    List<Map.Entry<Manager, Owned>> all() {
        return List.copyOf(new LinkedHashMap<>(owned).entrySet());
    }

    FieldSet everything() {
        FieldSet all = FieldSet.EMPTY;
        for (Owned mine : owned.values()) {
            all = all.union(mine.fields());
        }
        return all;
    }

    void set(Manager manager, Owned mine) {
        if (mine.fields().empty()) {
            owned.remove(manager);
        } else {
            owned.put(manager, mine);
        }
    }

    JsonArray json() {
        var entries = new ArrayList<>(owned.entrySet());
        entries.sort(Comparator.<Map.Entry<Manager, Owned>, String>comparing(
                        entry -> entry.getKey().operation())
                .thenComparing(entry -> entry.getValue().time())
                .thenComparing(entry -> entry.getKey().name())
                .thenComparing(entry -> entry.getKey().subresource()));
        var array = new JsonArray();
        entries.forEach(entry -> array.add(json(entry.getKey(), entry.getValue())));
        return array;
    }

    private static JsonObject json(Manager manager, Owned mine) {
        var json = new JsonObject();
        json.addProperty("manager", manager.name());
        json.addProperty("operation", manager.operation());
        json.addProperty("apiVersion", mine.apiVersion());
        if (!mine.time().isEmpty()) {
            json.addProperty("time", mine.time());
        }
        json.addProperty("fieldsType", "FieldsV1");
        json.add("fieldsV1", mine.fields().json());
        if (!manager.subresource().isEmpty()) {
            json.addProperty("subresource", manager.subresource());
        }
        return json;
    }
}
