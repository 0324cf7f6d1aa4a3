package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The changes from one structural schema to another. What allows more is safe, what allows less is breaking, what means
 * something else is risky. A keyword that is not known here is risky where it differs.
 */
final class SchemaDiff {
    static final String PRESERVING = "x-kubernetes-preserve-unknown-fields";
    static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private static final List<String> DOCUMENTING = List.of("description", "title", "example", "externalDocs");
    private static final List<String> JUNCTORS = List.of("allOf", "anyOf", "oneOf", "not");

    /** What is compared here, in {@link ValueDiff} or in {@link RuleDiff}. */
    private static final Set<String> KNOWN = known();

    private final String version;
    private final List<CrdChange> changes;

    SchemaDiff(String version, List<CrdChange> changes) {
        this.version = version;
        this.changes = changes;
    }

    private static Set<String> known() {
        var known = new TreeSet<>(ValueDiff.KEYWORDS);
        known.addAll(DOCUMENTING);
        known.addAll(JUNCTORS);
        known.addAll(List.of("properties", "required", "items", "additionalProperties", "default", "type"));
        known.addAll(List.of("x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"));
        known.addAll(List.of(PRESERVING, INT_OR_STRING, "x-kubernetes-embedded-resource", RuleDiff.KEYWORD));
        return known;
    }

    private void add(Impact impact, String path, String what) {
        changes.add(new CrdChange(impact, path.isEmpty() ? version : version + " " + path, what));
    }

    /** Adds the changes from one schema to another, which stand at the path. */
    void compare(JsonObject old, JsonObject now, String path) {
        String type = type(old);
        String next = type(now);
        if (!type.equals(next)) {
            boolean wider = wider(type, next);
            add(wider ? Impact.SAFE : Impact.BREAKING, path, "type changed from " + type + " to " + next);
            if (!wider || next.equals("anything")) {
                return;
            }
        }
        new ValueDiff(old, now, (impact, what) -> add(impact, path, what)).compare();
        new RuleDiff(old, now, (impact, what) -> add(impact, path, what)).compare();
        byDefault(old, now, path);
        junctors(old, now, path);
        flags(old, now, path);
        lists(old, now, path);
        for (String keyword : DOCUMENTING) {
            if (!Json.equal(old.get(keyword), now.get(keyword))) {
                add(Impact.SAFE, path, keyword + " changed");
            }
        }
        var others = new TreeSet<>(old.keySet());
        others.addAll(now.keySet());
        others.removeAll(KNOWN);
        for (String keyword : others) {
            if (!Json.equal(old.get(keyword), now.get(keyword))) {
                add(Impact.RISKY, path, keyword + " " + DefinitionDiff.changed(old.get(keyword), now.get(keyword)));
            }
        }
        properties(old, now, path);
        additional(old, now, path);
        items(old, now, path);
    }

    private static String type(JsonObject schema) {
        if (Json.flag(schema, INT_OR_STRING)) {
            return "integer or string";
        }
        String type = Json.text(schema, "type");
        return type.isEmpty() ? "anything" : type;
    }

    private static boolean wider(String type, String next) {
        return next.equals("anything")
                || (type.equals("integer") && next.equals("number"))
                || (next.equals("integer or string") && (type.equals("integer") || type.equals("string")));
    }

    private void byDefault(JsonObject old, JsonObject now, String path) {
        JsonElement before = old.get("default");
        JsonElement after = now.get("default");
        if (!Json.equal(before, after)) {
            add(Impact.RISKY, path, "default " + DefinitionDiff.changed(before, after));
        }
    }

    private void junctors(JsonObject old, JsonObject now, String path) {
        for (String keyword : JUNCTORS) {
            JsonElement before = junctor(old, keyword);
            JsonElement after = junctor(now, keyword);
            if (!Json.equal(before, after)) {
                add(
                        after == null ? Impact.SAFE : Impact.BREAKING,
                        path,
                        keyword + (before == null ? " added" : after == null ? " removed" : " changed"));
            }
        }
    }

    // the one that says again what the extension says
    private static @Nullable JsonElement junctor(JsonObject schema, String keyword) {
        return keyword.equals("anyOf") && Json.flag(schema, INT_OR_STRING) ? null : schema.get(keyword);
    }

    private void flags(JsonObject old, JsonObject now, String path) {
        if (Json.flag(old, PRESERVING) != Json.flag(now, PRESERVING)) {
            boolean kept = Json.flag(now, PRESERVING);
            add(
                    kept ? Impact.SAFE : Impact.BREAKING,
                    path,
                    kept ? "what is unknown is kept" : "what is unknown is pruned, and no longer kept");
        }
        String embedded = "x-kubernetes-embedded-resource";
        if (Json.flag(old, embedded) != Json.flag(now, embedded)) {
            add(
                    Impact.BREAKING,
                    path,
                    Json.flag(now, embedded) ? "an object of Kubernetes now" : "no object of Kubernetes any more");
        }
    }

    private void lists(JsonObject old, JsonObject now, String path) {
        String was = listType(old);
        String is = listType(now);
        if (!was.equals(is)) {
            add(is.equals("atomic") ? Impact.RISKY : Impact.BREAKING, path, "list changed from " + was + " to " + is);
        } else if (!Json.equal(keys(old), keys(now))) {
            add(Impact.BREAKING, path, "keys of the list changed from " + keys(old) + " to " + keys(now));
        }
        String map = "x-kubernetes-map-type";
        if (!Json.equal(old.get(map), now.get(map))) {
            add(Impact.RISKY, path, "merged in another way: " + DefinitionDiff.changed(old.get(map), now.get(map)));
        }
    }

    private static String listType(JsonObject schema) {
        String type = Json.text(schema, "x-kubernetes-list-type");
        return type.isEmpty() ? "atomic" : type;
    }

    private static JsonArray keys(JsonObject schema) {
        return Json.array(DefinitionDiff.texts(Json.list(schema, "x-kubernetes-list-map-keys")));
    }

    private void properties(JsonObject old, JsonObject now, String path) {
        JsonObject before = Json.object(old, "properties");
        JsonObject after = Json.object(now, "properties");
        Set<String> required = DefinitionDiff.texts(Json.list(old, "required"));
        Set<String> demanded = DefinitionDiff.texts(Json.list(now, "required"));
        for (String name : before.keySet()) {
            if (after.has(name)) {
                compare(Json.object(before, name), Json.object(after, name), path + "." + name);
            } else {
                boolean kept = Json.flag(now, PRESERVING);
                add(
                        kept ? Impact.SAFE : Impact.BREAKING,
                        path + "." + name,
                        kept ? "no longer described, but kept" : "field removed");
            }
        }
        for (String name : after.keySet()) {
            if (!before.has(name)) {
                added(Json.flag(old, PRESERVING), Json.object(after, name), path + "." + name);
            }
        }
        for (String name : demanded) {
            boolean defaulted = Json.object(after, name).has("default");
            if (!required.contains(name)) {
                add(
                        defaulted ? Impact.SAFE : Impact.BREAKING,
                        path + "." + name,
                        defaulted ? "required, with a default" : "required now");
            } else if (!defaulted && Json.object(before, name).has("default")) {
                add(Impact.BREAKING, path + "." + name, "required, and no longer defaulted");
            }
        }
        DefinitionDiff.minus(required, demanded).stream()
                .filter(after::has)
                .forEach(name -> add(Impact.SAFE, path + "." + name, "no longer required"));
    }

    private void added(boolean wasFree, JsonObject schema, String path) {
        boolean narrower = wasFree && !type(schema).equals("anything");
        add(
                narrower ? Impact.BREAKING : Impact.SAFE,
                path,
                narrower ? "field described, where anything was kept" : "field added");
    }

    private void additional(JsonObject old, JsonObject now, String path) {
        JsonObject before = values(old);
        JsonObject after = values(now);
        if (before != null && after != null) {
            compare(before, after, path + "{}");
        } else if (before != null) {
            boolean kept = Json.flag(now, PRESERVING);
            add(
                    kept ? Impact.SAFE : Impact.BREAKING,
                    path,
                    kept ? "values no longer described, but kept" : "keys of one's own are pruned");
        } else if (after != null) {
            boolean narrower = Json.flag(old, PRESERVING) && !type(after).equals("anything");
            add(
                    narrower ? Impact.BREAKING : Impact.SAFE,
                    path,
                    narrower ? "values described, where anything was kept" : "keys of one's own are kept");
        }
    }

    private static @Nullable JsonObject values(JsonObject schema) {
        JsonElement additional = Json.at(schema, "additionalProperties");
        if (additional instanceof JsonObject values) {
            return values;
        }
        return Json.flag(schema, "additionalProperties") ? new JsonObject() : null;
    }

    private void items(JsonObject old, JsonObject now, String path) {
        if (Json.at(old, "items") instanceof JsonObject before && Json.at(now, "items") instanceof JsonObject after) {
            compare(before, after, path + "[]");
        } else if (Json.at(now, "items") instanceof JsonObject) {
            add(Impact.BREAKING, path, "entries described, where anything was kept");
        } else if (Json.at(old, "items") instanceof JsonObject) {
            add(Impact.SAFE, path, "entries no longer described");
        }
    }
}
