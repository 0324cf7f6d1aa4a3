package io.operatorlib.testing.contract;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Puts a law to many random objects, and makes the first that breaks it as small as it still does.
 *
 * @param objects how many
 * @param seed the same objects for the same seed
 */
record ConversionTrial(int objects, long seed) {
    /** A law, and a seed for what it draws. */
    @FunctionalInterface
    interface Law {
        Optional<String> broken(JsonObject object, long seed);
    }

    /** Throws an {@link AssertionError} with the smallest object that breaks the law. */
    void hold(Kind<?, ?> hub, Kind<?, ?> kind, Law law) {
        var random = new SplittableRandom(seed);
        var source = new RandomObjects(hub, kind, random);
        for (int i = 0; i < objects; i++) {
            JsonObject object = i == 0 ? source.bare() : source.next();
            long drawn = random.nextLong();
            Function<JsonObject, Optional<String>> tried =
                    candidate -> ConversionLaws.broken(it -> law.broken(it, drawn), candidate);
            Optional<String> broken = tried.apply(object);
            if (broken.isPresent()) {
                JsonObject smallest = smallest(object, broken.get(), tried);
                throw new AssertionError(tried.apply(smallest).orElseThrow() + "\nobject " + (i + 1) + " of seed "
                        + seed + ", the smallest that shows it:\n"
                        + new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(smallest));
            }
        }
    }

    private static JsonObject smallest(JsonObject object, String broken, Function<JsonObject, Optional<String>> tried) {
        JsonObject smallest = object;
        while (true) {
            JsonObject now = smallest;
            Optional<JsonObject> next = Edits.smaller(now)
                    .filter(candidate -> tried.apply(candidate)
                            .filter(again -> alike(again, broken))
                            .isPresent())
                    .findFirst();
            if (next.isEmpty()) {
                return now;
            }
            smallest = next.get();
        }
    }

    /** An object that cannot be converted for want of a field is no smaller case of one that changes on its way. */
    private static boolean alike(String again, String broken) {
        return again.substring(0, again.indexOf(':') + 1).equals(broken.substring(0, broken.indexOf(':') + 1));
    }
}
