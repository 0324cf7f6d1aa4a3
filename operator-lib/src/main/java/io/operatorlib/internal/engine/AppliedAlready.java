package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.kubernetes.client.custom.Quantity;
import io.operatorlib.internal.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a server-side apply would change nothing: whether our field manager's entry in the live object covers
 * exactly the fields of the desired object, and the values are equal. Where it is not sure it says no: a request too
 * many is harmless.
 *
 * <p>The entry's {@code fieldsV1} also tells how the server merges each list and map, so no schema is needed: a leaf is
 * replaced as a whole, {@code f:} are an object's members, {@code k:} the items of a list merged by keys, {@code v:}
 * the elements of a set. (Kubernetes documentation, Server-Side Apply; structured-merge-diff, fieldpath serialization.)
 */
final class AppliedAlready {
    private static final String ITSELF = ".";

    /** What the server knows without an apply, and does not list as a managed field. */
    private static final Set<String> UNMANAGED = Set.of("apiVersion", "kind");

    private static final Set<String> UNMANAGED_META = Set.of("name", "namespace");

    private static final Path ROOT = new Path("", "", 0);

    /** Members whose values the server writes in its own way: {@code 1000m} becomes {@code 1}. */
    private static final Set<String> QUANTITY_MAPS =
            Set.of("limits", "requests", "capacity", "hard", "allocatable", "overhead");

    private static final Set<String> QUANTITIES = Set.of("sizeLimit", "divisor");

    /** Where we are in the object: the names of the member and of the one around it. */
    private record Path(String parent, String name, int depth) {
        Path to(String member) {
            return new Path(name, member, depth + 1);
        }

        boolean root() {
            return depth == 0;
        }

        boolean objectMeta() {
            return depth == 1 && name.equals("metadata");
        }

        boolean quantity() {
            return QUANTITY_MAPS.contains(parent) || QUANTITIES.contains(name);
        }
    }

    private AppliedAlready() {}

    /** Compares the live object, with its managed fields, with the one that would be applied. */
    static boolean test(JsonObject live, JsonObject desired, String manager) {
        return entry(live, desired, manager)
                .map(fields -> membersMatch(ROOT, desired, live, fields))
                .orElse(false);
    }

    private static Optional<JsonObject> entry(JsonObject live, JsonObject desired, String manager) {
        return Json.objects(live, "metadata", "managedFields").stream()
                .filter(entry -> Json.text(entry, "manager").equals(manager)
                        && Json.text(entry, "operation").equals("Apply")
                        && Json.text(entry, "subresource").isEmpty()
                        && Json.text(entry, "apiVersion").equals(Json.text(desired, "apiVersion")))
                .map(entry -> Json.object(entry, "fieldsV1"))
                .findFirst();
    }

    private static boolean matches(Path path, JsonElement desired, @Nullable JsonElement live, JsonObject fields) {
        if (live == null) {
            return false;
        }
        if (leaf(fields)) {
            return same(path, desired, live);
        }
        if (desired instanceof JsonObject object && live instanceof JsonObject liveObject) {
            return membersMatch(path, object, liveObject, fields);
        }
        if (desired instanceof JsonArray array && live instanceof JsonArray liveArray) {
            return itemsMatch(path, array, liveArray, fields);
        }
        return false;
    }

    private static boolean leaf(JsonObject fields) {
        return fields.isEmpty() || (fields.size() == 1 && fields.has(ITSELF));
    }

    private static boolean membersMatch(Path parent, JsonObject desired, JsonObject live, JsonObject fields) {
        int managed = 0;
        for (var member : desired.entrySet()) {
            String name = member.getKey();
            if (unmanaged(parent, name)) {
                continue;
            }
            JsonElement inner = fields.get("f:" + name);
            if (inner == null) {
                if (parent.root() && name.equals("metadata") && onlyUnmanagedMeta(member.getValue())) {
                    continue;
                }
                return false;
            }
            managed++;
            if (!(inner instanceof JsonObject innerFields)
                    || !matches(parent.to(name), member.getValue(), live.get(name), innerFields)) {
                return false;
            }
        }
        return managed == children(fields);
    }

    private static boolean unmanaged(Path parent, String name) {
        return (parent.root() && UNMANAGED.contains(name)) || (parent.objectMeta() && UNMANAGED_META.contains(name));
    }

    private static boolean onlyUnmanagedMeta(JsonElement meta) {
        return meta instanceof JsonObject object && UNMANAGED_META.containsAll(object.keySet());
    }

    private static int children(JsonObject fields) {
        return fields.has(ITSELF) ? fields.size() - 1 : fields.size();
    }

    private static boolean itemsMatch(Path path, JsonArray desired, JsonArray live, JsonObject fields) {
        if (desired.size() != children(fields)) {
            return false;
        }
        Set<String> matched = new HashSet<>();
        for (JsonElement item : desired) {
            boolean found = false;
            for (var field : fields.entrySet()) {
                if (!matched.contains(field.getKey())
                        && field.getValue() instanceof JsonObject inner
                        && itemMatches(path, item, live, field.getKey(), inner)) {
                    matched.add(field.getKey());
                    found = true;
                    break;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static boolean itemMatches(Path path, JsonElement item, JsonArray live, String field, JsonObject fields) {
        if (field.startsWith("v:")) {
            var value = JsonParser.parseString(field.substring(2));
            return Json.equal(item, value) && live.asList().stream().anyMatch(other -> Json.equal(other, value));
        }
        if (!field.startsWith("k:") || !(item instanceof JsonObject object)) {
            return false;
        }
        var keys = JsonParser.parseString(field.substring(2)).getAsJsonObject();
        // a key that the author left to the server's default is in the entry, and not in the desired item
        boolean ours = keys.entrySet().stream()
                .allMatch(key -> !object.has(key.getKey()) || Json.equal(object.get(key.getKey()), key.getValue()));
        if (!ours) {
            return false;
        }
        List<JsonObject> candidates = live.asList().stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(other ->
                        keys.entrySet().stream().allMatch(key -> Json.equal(other.get(key.getKey()), key.getValue())))
                .toList();
        return candidates.size() == 1 && matches(path.to("[]"), object, candidates.get(0), fields);
    }

    private static boolean same(Path path, JsonElement desired, JsonElement live) {
        if (Json.equal(desired, live)) {
            return true;
        }
        if (desired instanceof JsonObject a && live instanceof JsonObject b) {
            return a.keySet().equals(b.keySet())
                    && a.keySet().stream().allMatch(name -> same(path.to(name), a.get(name), b.get(name)));
        }
        return desired instanceof JsonPrimitive a
                && live instanceof JsonPrimitive b
                && path.quantity()
                && sameQuantity(a.getAsString(), b.getAsString());
    }

    private static boolean sameQuantity(String a, String b) {
        try {
            return Quantity.fromString(a)
                            .getNumber()
                            .compareTo(Quantity.fromString(b).getNumber())
                    == 0;
        } catch (RuntimeException notAQuantity) {
            return false;
        }
    }
}
