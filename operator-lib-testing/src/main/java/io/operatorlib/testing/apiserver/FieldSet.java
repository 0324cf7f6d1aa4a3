package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of places in an object, as server-side apply keeps it in {@code fieldsV1}: a tree whose edges are {@code f:name},
 * {@code k:{keys}} or {@code v:value}. Immutable.
 *
 * @param member whether the place itself is in the set
 * @param children what is in the set below the place; none of them is empty
 */
record FieldSet(boolean member, Map<String, FieldSet> children) {
    static final FieldSet EMPTY = new FieldSet(false, Map.of());
    static final FieldSet LEAF = new FieldSet(true, Map.of());

    private static final String SELF = ".";

    FieldSet {
        children = Collections.unmodifiableMap(children);
    }

    static FieldSet parse(JsonObject fieldsV1) {
        var children = new TreeMap<String, FieldSet>();
        boolean self = false;
        for (Map.Entry<String, JsonElement> entry : fieldsV1.entrySet()) {
            if (entry.getKey().equals(SELF)) {
                self = true;
            } else if (entry.getValue() instanceof JsonObject below) {
                children.put(entry.getKey(), below.isEmpty() ? LEAF : parse(below));
            }
        }
        return new FieldSet(self, children);
    }

    JsonObject json() {
        var json = new JsonObject();
        if (children.isEmpty()) {
            return json;
        }
        if (member) {
            json.add(SELF, new JsonObject());
        }
        children.forEach((edge, below) -> json.add(edge, below.json()));
        return json;
    }

    boolean empty() {
        return !member && children.isEmpty();
    }

    @Nullable
    FieldSet child(String edge) {
        return children.get(edge);
    }

    FieldSet union(FieldSet other) {
        if (other.empty()) {
            return this;
        }
        var all = new TreeMap<>(children);
        other.children.forEach((edge, below) -> all.merge(edge, below, FieldSet::union));
        return new FieldSet(member || other.member, all);
    }

    FieldSet intersection(FieldSet other) {
        var both = new TreeMap<String, FieldSet>();
        children.forEach((edge, below) -> {
            FieldSet theirs = other.children.get(edge);
            FieldSet common = theirs == null ? EMPTY : below.intersection(theirs);
            if (!common.empty()) {
                both.put(edge, common);
            }
        });
        return new FieldSet(member && other.member, both);
    }

    FieldSet difference(FieldSet other) {
        if (other.empty()) {
            return this;
        }
        var rest = new TreeMap<String, FieldSet>();
        children.forEach((edge, below) -> {
            FieldSet theirs = other.children.get(edge);
            FieldSet left = theirs == null ? below : below.difference(theirs);
            if (!left.empty()) {
                rest.put(edge, left);
            }
        });
        return new FieldSet(member && !other.member, rest);
    }

    /** Without all that is at and below a path. */
    FieldSet without(String... path) {
        FieldSet below = children.get(path[0]);
        if (below == null) {
            return this;
        }
        var rest = new TreeMap<>(children);
        FieldSet left = path.length == 1 ? EMPTY : below.without(tail(path));
        if (left.empty()) {
            rest.remove(path[0]);
        } else {
            rest.put(path[0], left);
        }
        return new FieldSet(member, rest);
    }

    /** Only what is at and below a path. */
    FieldSet only(String edge) {
        FieldSet below = children.get(edge);
        return below == null ? EMPTY : new FieldSet(false, Map.of(edge, below));
    }

    private static String[] tail(String[] path) {
        return java.util.Arrays.copyOfRange(path, 1, path.length);
    }

    /** The members, as an error names them: {@code .spec.containers[name="web"].image}. */
    List<String> paths() {
        var paths = new ArrayList<String>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, List<String> paths) {
        if (member) {
            paths.add(path);
        }
        children.forEach((edge, below) -> below.collect(path + shown(edge), paths));
    }

    private static String shown(String edge) {
        String rest = edge.substring(2);
        if (edge.startsWith("f:")) {
            return "." + rest;
        }
        if (edge.startsWith("v:")) {
            return "[=" + rest + "]";
        }
        var keys = new ArrayList<String>();
        JsonParser.parseString(rest).getAsJsonObject().asMap().forEach((name, value) -> keys.add(name + "=" + value));
        return "[" + String.join(",", keys) + "]";
    }
}
