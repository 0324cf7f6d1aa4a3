package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets and list maps hold no element twice. */
final class ListRules {
    private final List<Cause> causes = new ArrayList<>();

    private ListRules() {}

    static List<Cause> validate(Schema schema, JsonElement value) {
        return validate(schema, value, Path.ROOT);
    }

    static List<Cause> validate(Schema schema, JsonElement value, Path path) {
        var rules = new ListRules();
        rules.check(schema, value, path);
        return rules.causes;
    }

    private void check(Schema schema, JsonElement value, Path path) {
        if (value instanceof JsonObject object) {
            object.asMap().forEach((name, part) -> {
                Schema property = schema.children().properties().get(name);
                if (property != null) {
                    check(property, part, path.child(name));
                } else if (schema.children().additional() != null) {
                    check(schema.children().additional(), part, path.key(name));
                }
            });
        } else if (value instanceof JsonArray array) {
            checkList(schema, array, path);
        }
    }

    private void checkList(Schema schema, JsonArray array, Path path) {
        switch (schema.extensions().listType()) {
            case "set" -> checkUnlike(array.asList(), path);
            case "map" -> checkKeys(schema.extensions().listMapKeys(), array, path);
            default -> {}
        }
        Schema items = schema.children().items();
        if (items != null) {
            for (int i = 0; i < array.size(); i++) {
                check(items, array.get(i), path.index(i));
            }
        }
    }

    private void checkKeys(List<String> keys, JsonArray array, Path path) {
        List<JsonElement> found = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonElement item = array.get(i);
            if (!(item instanceof JsonObject) && !item.isJsonNull()) {
                causes.add(Cause.invalid(
                        path.index(i).toString(), item, "must be an object for an array of list-type map"));
                return;
            }
            var key = new JsonObject();
            for (String name : keys) {
                JsonElement part = item instanceof JsonObject object ? object.get(name) : null;
                if (part != null) {
                    key.add(name, part);
                }
            }
            found.add(key);
        }
        checkUnlike(found, path);
    }

    /** Complains of each value that comes again, once. */
    private void checkUnlike(List<JsonElement> values, Path path) {
        Map<JsonElement, Integer> times = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            if (times.merge(values.get(i), 1, Integer::sum) == 2) {
                causes.add(Cause.duplicate(path.index(i).toString(), values.get(i)));
            }
        }
    }
}
