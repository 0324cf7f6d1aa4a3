package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An object, or a part of one, as the columns read it: whatever is absent or of another type than expected is empty.
 *
 * @param json what is looked at
 * @param now the time against which ages are counted
 */
record View(JsonElement json, Instant now) {

    /** What is under the dotted path; JSON null where nothing is. */
    View at(String path) {
        JsonElement here = json;
        for (String name : path.split("\\.")) {
            here = here instanceof JsonObject object && object.has(name) ? object.get(name) : JsonNull.INSTANCE;
        }
        return new View(here, now);
    }

    boolean exists() {
        return !json.isJsonNull();
    }

    boolean has(String path) {
        return at(path).exists();
    }

    /** The text or number under the path; empty where there is none. */
    String text(String path) {
        return at(path).text();
    }

    String text(String path, String otherwise) {
        String text = text(path);
        return text.isEmpty() ? otherwise : text;
    }

    String text() {
        return json instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
    }

    long number(String path) {
        return at(path).json instanceof JsonPrimitive primitive && primitive.isNumber() ? primitive.getAsLong() : 0;
    }

    boolean truth(String path) {
        return at(path).json instanceof JsonPrimitive primitive && primitive.isBoolean() && primitive.getAsBoolean();
    }

    /** The elements of the array under the path. */
    List<View> list(String path) {
        return at(path).json instanceof JsonArray array
                ? array.asList().stream().map(element -> new View(element, now)).toList()
                : List.of();
    }

    /** The number of elements of the array or object under the path. */
    int size(String path) {
        JsonElement here = at(path).json;
        return here instanceof JsonArray array ? array.size() : here instanceof JsonObject object ? object.size() : 0;
    }

    /** One text for each element of the array under the path, joined by commas. */
    String joined(String path, Function<View, String> text) {
        return list(path).stream().map(text).collect(Collectors.joining(","));
    }

    /** How long ago the time under the path was. */
    String since(String path) {
        return HumanDuration.since(text(path), now);
    }

    /** The element of the array under the path whose {@code type} is this: conditions, addresses. */
    Optional<View> ofType(String path, String type) {
        return list(path).stream()
                .filter(each -> each.text("type").equals(type))
                .findFirst();
    }

    boolean conditionTrue(String type) {
        return ofType("status.conditions", type)
                .filter(condition -> condition.text("status").equals("True"))
                .isPresent();
    }

    /** The keys and values of the map under the path as {@code a=b,c=d}; {@code <none>} for an empty one. */
    String pairs(String path) {
        String pairs = at(path).json instanceof JsonObject map
                ? map.entrySet().stream()
                        .sorted(java.util.Map.Entry.comparingByKey())
                        .map(pair -> pair.getKey() + "=" + pair.getValue().getAsString())
                        .collect(Collectors.joining(","))
                : "";
        return pairs.isEmpty() ? "<none>" : pairs;
    }

    /** The label selector under the path, in the notation of {@code kubectl get -l}. */
    String selector(String path) {
        Stream<String> labels = has(path + ".matchLabels") ? Stream.of(pairs(path + ".matchLabels")) : Stream.empty();
        Stream<String> expressions = list(path + ".matchExpressions").stream().map(View::requirement);
        String whole = Stream.concat(labels, expressions).collect(Collectors.joining(","));
        return whole.isEmpty() ? "<none>" : whole;
    }

    private String requirement() {
        String key = text("key");
        return switch (text("operator")) {
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            case "NotIn" -> key + " notin (" + joined("values", View::text) + ")";
            default -> key + " in (" + joined("values", View::text) + ")";
        };
    }

    /** Access modes in their short forms, in the customary order. */
    String accessModes(String path) {
        List<String> modes = list(path).stream().map(View::text).toList();
        return Stream.of("ReadWriteOnce=RWO", "ReadOnlyMany=ROX", "ReadWriteMany=RWX", "ReadWriteOncePod=RWOP")
                .map(pair -> pair.split("="))
                .filter(pair -> modes.contains(pair[0]))
                .map(pair -> pair[1])
                .collect(Collectors.joining(","));
    }
}
