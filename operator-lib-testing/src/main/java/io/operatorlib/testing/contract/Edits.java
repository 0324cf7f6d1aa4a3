package io.operatorlib.testing.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Small changes of the part of an object that is not its metadata. */
final class Edits {
    private static final List<String> BODY = List.of("spec", "status");

    private Edits() {}

    /** One place in a tree: what it is in, and where. */
    private record Place(JsonElement in, String name, int index) {
        JsonElement value() {
            return in instanceof JsonObject object ? object.get(name) : ((JsonArray) in).get(index);
        }

        void put(JsonElement value) {
            if (in instanceof JsonObject object) {
                object.add(name, value);
            } else {
                ((JsonArray) in).set(index, value);
            }
        }

        void remove() {
            if (in instanceof JsonObject object) {
                object.remove(name);
            } else {
                ((JsonArray) in).remove(index);
            }
        }
    }

    private static List<Place> places(JsonObject object) {
        var places = new ArrayList<Place>();
        BODY.stream().filter(object::has).forEach(name -> add(new Place(object, name, 0), places));
        return places;
    }

    private static void add(Place place, List<Place> places) {
        places.add(place);
        if (place.value() instanceof JsonObject object) {
            object.keySet().forEach(name -> add(new Place(object, name, 0), places));
        } else if (place.value() instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                add(new Place(array, "", i), places);
            }
        }
    }

    /** A copy with one change: a member or an entry deleted, a number, text or truth value changed. */
    static JsonObject edited(JsonObject object, SplittableRandom random) {
        JsonObject copy = object.deepCopy();
        List<Place> places = places(copy);
        if (!places.isEmpty()) {
            Place place = places.get(random.nextInt(places.size()));
            if (place.value() instanceof JsonPrimitive value && random.nextBoolean()) {
                place.put(other(value));
            } else {
                place.remove();
            }
        }
        return copy;
    }

    private static JsonPrimitive other(JsonPrimitive value) {
        if (value.isBoolean()) {
            return new JsonPrimitive(!value.getAsBoolean());
        }
        return value.isNumber()
                ? new JsonPrimitive(value.getAsLong() + 1)
                : new JsonPrimitive(value.getAsString() + "x");
    }

    /** Smaller objects: each with one thing less, the largest things first. */
    static Stream<JsonObject> smaller(JsonObject object) {
        int places = places(object).size();
        var fewer = Stream.iterate(0, at -> at < places, at -> at + 1).map(at -> {
            JsonObject copy = object.deepCopy();
            places(copy).get(at).remove();
            return copy;
        });
        return Stream.concat(lessMetadata(object), fewer);
    }

    private static Stream<JsonObject> lessMetadata(JsonObject object) {
        return Stream.of("labels", "annotations", "finalizers", "generation", "resourceVersion", "uid")
                .filter(name -> object.getAsJsonObject("metadata").has(name))
                .map(name -> {
                    JsonObject copy = object.deepCopy();
                    copy.getAsJsonObject("metadata").remove(name);
                    return copy;
                });
    }
}
