package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import io.operatorlib.testing.apiserver.schema.FieldSchema.PatchStrategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patches: merge patches that know which lists are maps by a key. The directives {@code $patch},
 * {@code $retainKeys}, {@code $setElementOrder/…} and {@code $deleteFromPrimitiveList/…} are followed.
 */
final class StrategicPatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private StrategicPatch() {}

    /** The target with the patch merged in; neither is changed. */
    static JsonObject apply(JsonObject target, JsonObject patch, FieldSchema schema) {
        switch (Json.string(patch, DIRECTIVE)) {
            case "replace" -> {
                return Json.with(patch, DIRECTIVE, (JsonElement) null);
            }
            case "delete" -> {
                return new JsonObject();
            }
            case "", "merge" -> {}
            default -> throw ApiError.badRequest("Unknown patch type found: " + Json.string(patch, DIRECTIVE));
        }
        JsonObject merged = Json.shallow(target);
        if (patch.has(RETAIN)) {
            List<String> retained = Json.strings(patch, RETAIN);
            merged.keySet().retainAll(retained);
        }
        patch.asMap().forEach((name, change) -> {
            if (name.startsWith(DELETE)) {
                String field = name.substring(DELETE.length());
                merged.add(field, without(Json.array(merged, field), change));
            } else if (!name.startsWith("$")) {
                member(merged, name, change, schema.field(name));
            }
        });
        patch.asMap().forEach((name, order) -> {
            if (name.startsWith(ORDER)) {
                String field = name.substring(ORDER.length());
                if (merged.get(field) instanceof JsonArray array && order instanceof JsonArray wanted) {
                    merged.add(field, ordered(array, wanted, schema.field(field)));
                }
            }
        });
        return merged;
    }

    private static void member(JsonObject merged, String name, JsonElement change, FieldSchema schema) {
        if (change.isJsonNull()) {
            merged.remove(name);
        } else if (change instanceof JsonObject patch) {
            object(merged, name, patch, schema);
        } else if (change instanceof JsonArray patch && merges(schema)) {
            merged.add(name, list(Json.array(merged, name), patch, schema));
        } else {
            merged.add(name, change);
        }
    }

    private static void object(JsonObject merged, String name, JsonObject patch, FieldSchema schema) {
        if (schema.patchStrategies().contains(PatchStrategy.REPLACE)) {
            merged.add(name, patch);
            return;
        }
        JsonObject result = apply(Json.object(merged, name), patch, schema);
        if (Json.string(patch, DIRECTIVE).equals("delete")) {
            merged.remove(name);
        } else {
            merged.add(name, result);
        }
    }

    private static boolean merges(FieldSchema schema) {
        return schema.patchStrategies().contains(PatchStrategy.MERGE);
    }

    private static JsonArray list(JsonArray target, JsonArray patch, FieldSchema schema) {
        String key = schema.patchMergeKey().orElse("");
        return key.isEmpty() ? united(target, patch) : keyed(target, patch, key, schema);
    }

    /** What the patch brings stands before what was there, as a real server has it. */
    private static JsonArray united(JsonArray target, JsonArray patch) {
        var all = new JsonArray();
        patch.forEach(item -> {
            if (!target.contains(item) && !all.contains(item)) {
                all.add(item);
            }
        });
        target.forEach(all::add);
        return all;
    }

    private static JsonArray without(JsonArray target, JsonElement gone) {
        var left = new JsonArray();
        for (JsonElement item : target) {
            if (!(gone instanceof JsonArray list) || !list.contains(item)) {
                left.add(item);
            }
        }
        return left;
    }

    private static JsonArray keyed(JsonArray target, JsonArray patch, String key, FieldSchema schema) {
        var items = new LinkedHashMap<JsonElement, JsonElement>();
        boolean replace = false;
        for (JsonElement element : patch) {
            replace |= element instanceof JsonObject item
                    && Json.string(item, DIRECTIVE).equals("replace");
        }
        if (!replace) {
            target.forEach(item -> items.put(key(item, key), item));
        }
        for (JsonElement element : patch) {
            if (!(element instanceof JsonObject item)) {
                throw ApiError.badRequest("an element of a list that merges by " + key + " is not an object");
            }
            String directive = Json.string(item, DIRECTIVE);
            if (item.has(key)) {
                merge(items, item, key, directive, schema);
            } else if (directive.isEmpty()) {
                throw ApiError.badRequest("map: " + item + " does not contain declared merge key: " + key);
            }
        }
        var list = new JsonArray();
        items.values().forEach(list::add);
        return list;
    }

    private static void merge(
            Map<JsonElement, JsonElement> items, JsonObject item, String key, String directive, FieldSchema schema) {
        JsonElement id = item.get(key);
        if (directive.equals("delete")) {
            items.remove(id);
            return;
        }
        JsonElement present = items.get(id);
        JsonObject base = present instanceof JsonObject object ? object : new JsonObject();
        items.put(id, apply(base, item, schema.element()));
    }

    private static JsonElement key(JsonElement item, String key) {
        JsonElement id = item instanceof JsonObject object ? object.get(key) : null;
        return id == null ? item : id;
    }

    /** What the order names comes in that order; the rest stays before the element that it stood before. */
    private static JsonArray ordered(JsonArray list, JsonArray order, FieldSchema schema) {
        String key = schema.patchMergeKey().orElse("");
        var wanted = new ArrayList<JsonElement>();
        order.forEach(element -> wanted.add(key.isEmpty() ? element : key(element, key)));
        var named = new ArrayList<JsonElement>();
        for (JsonElement id : wanted) {
            JsonElement item = find(list, id, key);
            if (item != null) {
                named.add(item);
            }
        }
        var result = new JsonArray();
        int next = 0;
        for (JsonElement item : list) {
            boolean isNamed = wanted.contains(key.isEmpty() ? item : key(item, key));
            result.add(isNamed ? named.get(next++) : item);
        }
        return result;
    }

    private static @Nullable JsonElement find(JsonArray list, JsonElement id, String key) {
        for (JsonElement item : list) {
            if ((key.isEmpty() ? item : key(item, key)).equals(id)) {
                return item;
            }
        }
        return null;
    }
}
