package io.operatorlib.testing.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.Kind;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random objects of a kind, as its schema allows them, with some unknown fields.
 *
 * <p><b>Limits.</b> Rules in CEL are not looked at, and of patterns only those are met that one of a few usual texts
 * matches: an object may be one that the API server would refuse, and is to be converted all the same.
 */
final class RandomObjects {
    /** One in so many objects has a field that its schema does not know. */
    private static final int UNKNOWN_FIELDS = 8;

    /** Its name. */
    static final String UNKNOWN_FIELD = "unknownField";

    private static final List<String> WORDS = List.of("a", "b", "c", "index", "v1", "A B", "ü", "", "0", "true");

    private static final List<String> FORMS =
            List.of("1Gi", "100m", "3", "1h30m", "10s", "30m", "3.6.16", "v3.5.21", "abc", "a", "Ready", "/a");

    private final Kind<?, ?> kind;
    private final JsonObject schema;
    private final SplittableRandom random;

    /**
     * A source of such objects.
     *
     * @param hub the kind at the version that is stored
     * @param kind the kind at the version of the objects
     */
    RandomObjects(Kind<?, ?> hub, Kind<?, ?> kind, SplittableRandom random) {
        this.kind = kind;
        Crd crd = Crd.hub(hub);
        var versions = kind.version().equals(hub.version())
                ? Json.objects(Json.parse(crd.json()), "spec", "versions")
                : Json.objects(Json.parse(crd.spoke(CrdVersion.of(kind)).json()), "spec", "versions");
        this.schema = Json.object(versions.get(versions.size() - 1), "schema", "openAPIV3Schema");
        this.random = random;
    }

    JsonObject next() {
        JsonObject object = bare();
        for (String member : List.of("spec", "status")) {
            if (random.nextInt(8) != 0) {
                JsonElement value = value(Json.object(schema, "properties", member));
                if (value instanceof JsonObject body && random.nextInt(UNKNOWN_FIELDS) == 0) {
                    body.add(UNKNOWN_FIELD, anything(3));
                }
                object.add(member, value);
            }
        }
        return object;
    }

    /** An object with metadata and nothing else. */
    JsonObject bare() {
        var metadata = new JsonObject();
        metadata.addProperty("name", "object-" + random.nextInt(1000));
        if (kind.namespaced()) {
            metadata.addProperty("namespace", "default");
        }
        metadata.addProperty("uid", Long.toHexString(random.nextLong()));
        metadata.addProperty("resourceVersion", String.valueOf(random.nextInt(1, 1_000_000)));
        metadata.addProperty("generation", random.nextInt(1, 100));
        if (random.nextBoolean()) {
            metadata.add("labels", texts());
        }
        if (random.nextBoolean()) {
            metadata.add("annotations", texts());
        }
        if (random.nextInt(4) == 0) {
            metadata.add("finalizers", Json.array(List.of("example.com/finalizer")));
        }
        var object = new JsonObject();
        object.addProperty("apiVersion", kind.apiVersion());
        object.addProperty("kind", kind.kind());
        object.add("metadata", metadata);
        return object;
    }

    private JsonObject texts() {
        var texts = new JsonObject();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            texts.addProperty("example.com/" + random.nextInt(9), word());
        }
        return texts;
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private JsonElement value(JsonObject of) {
        if (Json.flag(of, "x-kubernetes-int-or-string")) {
            return random.nextBoolean() ? new JsonPrimitive(random.nextInt(100)) : new JsonPrimitive(text(of));
        }
        List<JsonElement> choices = Json.list(of, "enum");
        if (!choices.isEmpty()) {
            return choices.get(random.nextInt(choices.size()));
        }
        return switch (Json.text(of, "type")) {
            case "object" -> object(of);
            case "array" -> array(of);
            case "integer" -> new JsonPrimitive(number(of));
            case "number" -> new JsonPrimitive(number(of) / 2.0);
            case "boolean" -> new JsonPrimitive(random.nextBoolean());
            case "string" -> new JsonPrimitive(text(of));
            default -> anything(3);
        };
    }

    private JsonObject object(JsonObject of) {
        var object = new JsonObject();
        var required = Json.list(of, "required");
        for (var member : Json.object(of, "properties").entrySet()) {
            if (required.contains(new JsonPrimitive(member.getKey())) || random.nextInt(3) == 0) {
                object.add(member.getKey(), value(member.getValue().getAsJsonObject()));
            }
        }
        if (Json.at(of, "additionalProperties") instanceof JsonObject values) {
            for (int i = random.nextInt(3); i > 0; i--) {
                object.add("key" + random.nextInt(5), value(values));
            }
        }
        if (Json.flag(of, "x-kubernetes-preserve-unknown-fields") && random.nextBoolean()) {
            object.add("any" + random.nextInt(3), anything(2));
        }
        return object;
    }

    private JsonArray array(JsonObject of) {
        var array = new JsonArray();
        var keys = new HashSet<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            JsonElement entry = value(Json.object(of, "items"));
            var key = new StringBuilder();
            for (JsonElement name : Json.list(of, "x-kubernetes-list-map-keys")) {
                key.append(Json.text(entry, name.getAsString())).append('/');
            }
            boolean set = Json.text(of, "x-kubernetes-list-type").equals("set");
            if ((key.isEmpty() && !set) || keys.add(key.isEmpty() ? entry.toString() : key.toString())) {
                array.add(entry);
            }
        }
        return array;
    }

    private long number(JsonObject of) {
        long least = Json.number(0, of, "minimum");
        long most = Json.number(Math.max(least, 0) + 1000, of, "maximum");
        return random.nextLong(least, Math.max(least, most) + 1);
    }

    private String text(JsonObject of) {
        String formed = switch (Json.text(of, "format")) {
            case "date-time" ->
                Instant.EPOCH
                        .plus(Duration.ofSeconds(random.nextLong(2_000_000_000)))
                        .toString();
            case "date" -> "2017-11-28";
            case "byte" -> "AAEC";
            default -> "";
        };
        if (!formed.isEmpty()) {
            return formed;
        }
        String pattern = Json.text(of, "pattern");
        if (pattern.isEmpty()) {
            return word();
        }
        var fitting = FORMS.stream().filter(form -> form.matches(pattern)).toList();
        return fitting.isEmpty() ? word() : fitting.get(random.nextInt(fitting.size()));
    }

    /** Any value, not deeper than that. */
    JsonElement anything(int depth) {
        int choice = random.nextInt(depth == 0 ? 3 : 5);
        if (choice == 0) {
            return new JsonPrimitive(random.nextInt(1000));
        }
        if (choice == 1) {
            return new JsonPrimitive(word());
        }
        if (choice == 2) {
            return new JsonPrimitive(random.nextBoolean());
        }
        if (choice == 3) {
            var array = new JsonArray();
            for (int i = random.nextInt(3); i > 0; i--) {
                array.add(anything(depth - 1));
            }
            return array;
        }
        var object = new JsonObject();
        for (int i = random.nextInt(3); i > 0; i--) {
            object.add(word() + i, anything(depth - 1));
        }
        return object;
    }
}
