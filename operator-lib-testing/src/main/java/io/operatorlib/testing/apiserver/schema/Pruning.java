package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Leaves out the fields that a schema does not have, and remembers them. */
final class Pruning {
    private final TreeSet<String> unknown = new TreeSet<>();

    private Pruning() {}

    /** Prunes the object in place and returns the paths of what was left out, in their order. */
    static List<String> prune(Schema schema, JsonObject object) {
        var pruning = new Pruning();
        pruning.prune(schema, object, Path.ROOT, true);
        return List.copyOf(pruning.unknown);
    }

    private static boolean isMeta(String name) {
        return name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
    }

    private void prune(@Nullable Schema schema, JsonElement value, Path path, boolean resource) {
        boolean keep = schema != null && schema.extensions().preserveUnknown();
        if (value instanceof JsonObject object) {
            object.entrySet().removeIf(entry -> {
                String name = entry.getKey();
                if (resource && isMeta(name)) {
                    return false;
                }
                Schema part = schema == null ? null : schema.part(name);
                if (part == null
                        && !keep
                        && !(schema != null && schema.children().anyAdditional())) {
                    unknown.add(path.child(name).toString());
                    return true;
                }
                if (part != null || !keep) {
                    boolean embedded = part != null && part.extensions().embedded();
                    prune(part, entry.getValue(), path.child(name), embedded);
                }
                return false;
            });
        } else if (value instanceof JsonArray array) {
            Schema items = schema == null ? null : schema.children().items();
            if (keep && items == null) {
                return;
            }
            for (int i = 0; i < array.size(); i++) {
                boolean embedded = items != null && items.extensions().embedded();
                prune(items, array.get(i), path.index(i), embedded);
            }
        }
    }
}
