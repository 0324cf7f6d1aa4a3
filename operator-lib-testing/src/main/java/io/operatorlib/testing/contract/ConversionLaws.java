package io.operatorlib.testing.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.conversion.ConversionException;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every conversion between two versions, each law a function that tells what is wrong with an object, if
 * anything.
 *
 * @param annotation in which one version keeps what the other cannot express
 */
record ConversionLaws(To convert, String annotation) {
    /** The conversion on trial. */
    @FunctionalInterface
    interface To {
        String version(String object, String version);
    }

    private JsonObject to(JsonObject object, String version) {
        return Json.parse(convert.version(object.toString(), version));
    }

    /** Runs a law; a conversion that throws breaks it. */
    static Optional<String> broken(Function<JsonObject, Optional<String>> law, JsonObject object) {
        try {
            return law.apply(object);
        } catch (ConversionException e) {
            return Optional.of("it cannot be converted: " + e.getMessage());
        } catch (RuntimeException e) {
            return Optional.of("the conversion throws " + e);
        }
    }

    /** There and back again it is the same, and on the way its metadata is, too. */
    Optional<String> survives(JsonObject object, String own, String other) {
        JsonObject there = to(object, other);
        JsonElement metadata = unkept(there).get("metadata");
        if (!Json.equal(metadata, unkept(object).get("metadata"))) {
            return Optional.of("its metadata is changed, which only the annotation " + annotation + " may be: "
                    + difference("metadata", object.get("metadata"), there.get("metadata")));
        }
        String version = Json.text(there, "apiVersion");
        if (!version.endsWith("/" + other) || !Json.text(there, "kind").equals(Json.text(object, "kind"))) {
            return Optional.of("as " + other + " it is " + version + " " + Json.text(there, "kind"));
        }
        JsonObject back = to(there, own);
        return Json.equal(back, object)
                ? Optional.empty()
                : Optional.of("it comes back from " + other + " as another: " + difference("", object, back));
    }

    /** Every field has its place in the other version, unless it is known to have none. */
    Optional<String> isExpressed(JsonObject object, String own, String other, Set<String> inexpressible) {
        JsonObject back = to(unkept(to(object, other)), own);
        return missing("", body(object), body(back))
                .filter(path -> !path.contains(RandomObjects.UNKNOWN_FIELD))
                .filter(path ->
                        inexpressible.stream().noneMatch(known -> under(path, known, " of " + own + " in " + other)))
                .findFirst()
                .map(path -> "a field of " + own + " has no place in " + other
                        + " (where that is meant, name it among the inexpressible): " + path + " of " + own + " in "
                        + other);
    }

    private static boolean under(String path, String known, String suffix) {
        if (!known.endsWith(suffix)) {
            return false;
        }
        String field = known.substring(0, known.length() - suffix.length());
        return path.equals(field) || path.startsWith(field + ".") || path.startsWith(field + "[]");
    }

    /** The fields, without their indices, that are another or none in what came back. */
    private static Stream<String> missing(String path, JsonElement was, @Nullable JsonElement is) {
        if (Json.equal(was, is) || (is == null && saysNothing(was))) {
            return Stream.empty();
        }
        if (was instanceof JsonObject a && (is == null || is instanceof JsonObject)) {
            return a.entrySet().stream()
                    .flatMap(member -> missing(
                            path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                            member.getValue(),
                            is == null ? null : ((JsonObject) is).get(member.getKey())));
        }
        if (was instanceof JsonArray a && is instanceof JsonArray b && a.size() == b.size()) {
            return IntStream.range(0, a.size()).boxed().flatMap(at -> missing(path + "[]", a.get(at), b.get(at)));
        }
        return Stream.of(path);
    }

    /** Tells whether a value says nothing: an empty object or list is as good as absent. */
    private static boolean saysNothing(JsonElement value) {
        return (value instanceof JsonObject object && object.isEmpty())
                || (value instanceof JsonArray array && array.isEmpty());
    }

    /**
     * What an old client writes it reads again, and what it could not see is still there. A field that has no place in
     * the hub may be what the hub makes of it.
     */
    Optional<String> survivesAnEdit(
            JsonObject hubObject, String hub, String spoke, Set<String> inexpressible, long seed) {
        JsonObject shown = to(hubObject, spoke);
        JsonObject edited = Edits.edited(shown, new SplittableRandom(seed));
        JsonObject after;
        try {
            after = to(edited, hub);
        } catch (ConversionException e) {
            return Optional.empty(); // refused by name: the client hears of it
        }
        JsonObject read = to(after, spoke);
        // an empty object around what it cannot see says nothing to it
        JsonElement wrote = withoutEmpty(body(edited));
        JsonElement reads = withoutEmpty(body(read));
        boolean otherwise = Stream.concat(missing("", wrote, reads), missing("", reads, wrote))
                .anyMatch(path ->
                        inexpressible.stream().noneMatch(known -> under(path, known, " of " + spoke + " in " + hub)));
        if (otherwise) {
            return Optional.of(
                    "a client of " + spoke + " reads something else than it wrote: " + difference("", wrote, reads));
        }
        JsonObject seen = to(unkept(shown), hub);
        JsonObject wish = to(unkept(edited), hub);
        return lost("", body(hubObject), body(seen), body(wish), body(after))
                .map(field -> "an edit through " + spoke + " took away what it could not see: " + field);
    }

    /** A member that was not seen, in an object that is still wished for, and yet is not there. */
    private static Optional<String> lost(
            String path, JsonObject whole, JsonObject seen, JsonObject wish, JsonObject after) {
        for (var member : whole.entrySet()) {
            String name = member.getKey();
            JsonElement here = member.getValue();
            if (!seen.has(name) && !wish.has(name) && !Json.equal(here, after.get(name))) {
                return Optional.of(path + "." + name);
            }
            if (here instanceof JsonObject inner
                    && seen.get(name) instanceof JsonObject innerSeen
                    && wish.get(name) instanceof JsonObject innerWish
                    && after.get(name) instanceof JsonObject innerAfter) {
                Optional<String> found = lost(path + "." + name, inner, innerSeen, innerWish, innerAfter);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static JsonElement withoutEmpty(JsonElement value) {
        if (value instanceof JsonObject object) {
            var some = new JsonObject();
            for (var member : object.entrySet()) {
                JsonElement inner = withoutEmpty(member.getValue());
                if (!saysNothing(inner)) {
                    some.add(member.getKey(), inner);
                }
            }
            return some;
        }
        if (value instanceof JsonArray array) {
            var all = new JsonArray();
            array.forEach(entry -> all.add(withoutEmpty(entry)));
            return all;
        }
        return value;
    }

    private static JsonObject body(JsonObject object) {
        JsonObject body = object.deepCopy();
        List.of("apiVersion", "kind", "metadata").forEach(body::remove);
        return body;
    }

    private JsonObject unkept(JsonObject object) {
        JsonObject copy = object.deepCopy();
        JsonObject annotations = Json.object(copy, "metadata", "annotations");
        if (annotations.remove(annotation) != null && annotations.isEmpty()) {
            copy.getAsJsonObject("metadata").remove("annotations");
        }
        return copy;
    }

    /** The first place at which two values differ, with what is there in each. */
    static String difference(String path, @Nullable JsonElement was, @Nullable JsonElement is) {
        if (was instanceof JsonObject a && is instanceof JsonObject b) {
            var names = new ArrayList<>(a.keySet());
            b.keySet().stream().filter(name -> !a.has(name)).forEach(names::add);
            for (String name : names) {
                if (!Json.equal(a.get(name), b.get(name))) {
                    return difference(path.isEmpty() ? name : path + "." + name, a.get(name), b.get(name));
                }
            }
        }
        if (was instanceof JsonArray a && is instanceof JsonArray b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                if (!Json.equal(a.get(i), b.get(i))) {
                    return difference(path + "[" + i + "]", a.get(i), b.get(i));
                }
            }
        }
        return path + " was " + shown(was) + ", is " + shown(is);
    }

    private static String shown(@Nullable JsonElement value) {
        return value == null ? "not there" : value.toString();
    }
}
