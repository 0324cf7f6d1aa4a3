package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The difference between two states of an object, one line for each field; what is in a Secret is not shown. */
final class JsonDiff {
    /** What the server writes by itself with each change. */
    private static final Set<String> BOOKKEEPING =
            Set.of(".metadata.creationTimestamp", ".metadata.generation", ".metadata.resourceVersion", ".metadata.uid");

    private static final String MANAGED_FIELDS = ".metadata.managedFields";

    private JsonDiff() {}

    static List<String> lines(JsonObject before, JsonObject after) {
        boolean secret = isSecret(before) || isSecret(after);
        var old = fields(before);
        var fresh = fields(after);
        var paths = new TreeSet<>(old.keySet());
        paths.addAll(fresh.keySet());
        var lines = new ArrayList<String>();
        for (String path : paths) {
            String was = old.get(path);
            String is = fresh.get(path);
            if (was != null && !was.equals(is)) {
                lines.add("- " + path + ": " + shown(secret, path, was));
            }
            if (is != null && !is.equals(was)) {
                lines.add("+ " + path + ": " + shown(secret, path, is));
            }
        }
        return lines;
    }

    private static boolean isSecret(JsonObject object) {
        return object.has("kind") && object.get("kind").getAsString().equals("Secret");
    }

    private static String shown(boolean secret, String path, String value) {
        return secret && (path.startsWith(".data") || path.startsWith(".stringData")) ? "(hidden)" : value;
    }

    private static Map<String, String> fields(JsonObject object) {
        var fields = new TreeMap<String, String>();
        collect("", object, fields);
        return fields;
    }

    private static void collect(String path, JsonElement value, Map<String, String> into) {
        if (BOOKKEEPING.contains(path) || path.startsWith(MANAGED_FIELDS)) {
            return;
        }
        if (value instanceof JsonObject object && !object.isEmpty()) {
            object.entrySet().forEach(entry -> collect(path + "." + entry.getKey(), entry.getValue(), into));
        } else if (value instanceof JsonArray array && !array.isEmpty()) {
            for (int i = 0; i < array.size(); i++) {
                collect(path + "[" + i + "]", array.get(i), into);
            }
        } else {
            into.put(path, value.toString());
        }
    }
}
