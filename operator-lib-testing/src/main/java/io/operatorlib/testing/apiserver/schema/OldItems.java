package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The elements of a list before an update, by their keys: only those of a list map can be told apart. */
final class OldItems {
    private static final OldItems NONE = new OldItems(List.of(), Map.of());

    private final List<String> keys;
    private final Map<List<JsonElement>, JsonElement> items;

    private OldItems(List<String> keys, Map<List<JsonElement>, JsonElement> items) {
        this.keys = keys;
        this.items = items;
    }

    static OldItems of(Schema list, @Nullable JsonElement old) {
        List<String> keys = list.extensions().listMapKeys();
        if (!(old instanceof JsonArray array) || !list.extensions().listType().equals("map") || keys.isEmpty()) {
            return NONE;
        }
        Map<List<JsonElement>, JsonElement> items = new HashMap<>();
        for (JsonElement item : array) {
            if (item instanceof JsonObject object) {
                items.putIfAbsent(key(keys, object), item);
            }
        }
        return new OldItems(keys, items);
    }

    /** What the element was before; null where it is new, or its list is not a list map. */
    @Nullable
    JsonElement of(JsonElement item) {
        return items.isEmpty() || !(item instanceof JsonObject object) ? null : items.get(key(keys, object));
    }

    private static List<JsonElement> key(List<String> keys, JsonObject object) {
        return keys.stream()
                .map(name -> object.has(name) ? object.get(name) : (JsonElement) JsonNull.INSTANCE)
                .toList();
    }
}
