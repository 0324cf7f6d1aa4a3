package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an applied configuration becomes part of an object, and how what is no longer applied leaves it. */
final class ApplyMerge {
    private ApplyMerge() {}

    /** The live value with the applied one merged in; neither is changed. */
    static JsonElement merged(@Nullable JsonElement live, JsonElement applied, FieldSchema schema) {
        Parts wanted = Parts.of(applied, schema);
        Parts present = Parts.of(live, schema);
        if (wanted == null || present == null || wanted.list() != present.list()) {
            return applied;
        }
        if (wanted.list()) {
            return mergedList(present, wanted);
        }
        JsonObject merged = Json.shallow((JsonObject) java.util.Objects.requireNonNull(live));
        ((JsonObject) applied).asMap().forEach((name, value) -> {
            if (value.isJsonNull()) {
                merged.remove(name);
            } else {
                merged.add(name, merged(merged.get(name), value, schema.field(name)));
            }
        });
        return merged;
    }

    /** Elements that are applied keep the order of the configuration; the others stay where they stand between them. */
    private static JsonArray mergedList(Parts present, Parts wanted) {
        var merged = new JsonArray();
        List<String> live = new ArrayList<>(present.byEdge().keySet());
        List<String> applied = new ArrayList<>(wanted.byEdge().keySet());
        List<String> shared =
                applied.stream().filter(present.byEdge()::containsKey).toList();
        int l = 0;
        int a = 0;
        int s = 0;
        while (l < live.size() || a < applied.size()) {
            String left = l < live.size() ? live.get(l) : "";
            String right = a < applied.size() ? applied.get(a) : "";
            boolean leftIsShared = wanted.byEdge().containsKey(left);
            if (!left.isEmpty() && !left.equals(right) && leftIsShared && !left.equals(at(shared, s))) {
                l++;
            } else if (!left.isEmpty() && !leftIsShared) {
                merged.add(part(present, left).value());
                l++;
            } else if (!right.isEmpty()) {
                Parts.Part mine = part(wanted, right);
                Parts.Part theirs = present.part(right);
                merged.add(merged(theirs == null ? null : theirs.value(), mine.value(), mine.schema()));
                s += right.equals(at(shared, s)) ? 1 : 0;
                l += right.equals(left) ? 1 : 0;
                a++;
            } else {
                l++;
            }
        }
        return merged;
    }

    private static String at(List<String> list, int index) {
        return index < list.size() ? list.get(index) : "";
    }

    private static Parts.Part part(Parts parts, String edge) {
        return java.util.Objects.requireNonNull(parts.part(edge));
    }

    /** The value without what was applied the last time and is owned by nobody now. */
    static JsonElement pruned(JsonElement value, FieldSet last, FieldSet owned, FieldSchema schema) {
        Parts parts = Parts.of(value, schema);
        if (parts == null || last.children().isEmpty()) {
            return value;
        }
        if (parts.list()) {
            var kept = new JsonArray();
            parts.byEdge().forEach((edge, part) -> {
                JsonElement left = pruned(edge, part, last, owned);
                if (left != null) {
                    kept.add(left);
                }
            });
            return kept;
        }
        var kept = new JsonObject();
        parts.byEdge().forEach((edge, part) -> {
            JsonElement left = pruned(edge, part, last, owned);
            if (left != null) {
                kept.add(edge.substring(2), left);
            }
        });
        return kept;
    }

    /** Null where nothing is left. */
    private static @Nullable JsonElement pruned(String edge, Parts.Part part, FieldSet last, FieldSet owned) {
        FieldSet was = last.child(edge);
        if (was == null) {
            return part.value();
        }
        FieldSet is = owned.child(edge);
        return is == null ? null : pruned(part.value(), was, is, part.schema());
    }
}
