package io.operatorlib.conversion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Random;

/** Reviews that no API server would send. */
final class Malformed {
    private Malformed() {}

    /** Cut, overwritten, of wrong types, deeply nested, of another group. */
    static String review(Random random, String body) {
        int at = random.nextInt(body.length());
        return switch (random.nextInt(6)) {
            case 0 -> body.substring(0, at);
            case 1 -> body.substring(0, at) + (char) random.nextInt(256) + body.substring(at + 1);
            case 2 -> body.replace("demo.operatorlib.io/v" + random.nextInt(3), "other" + random.nextInt(9));
            case 3 -> nested(random, body);
            case 4 -> body.substring(0, at) + body.substring(random.nextInt(body.length()));
            default -> retyped(random, body);
        };
    }

    private static String nested(Random random, String body) {
        int depth = 1 + random.nextInt(3_000);
        return body.replace("\"wow\"", "[".repeat(depth) + "]".repeat(depth));
    }

    private static String retyped(Random random, String body) {
        JsonObject review = Json.parse(body);
        JsonElement here = review;
        while (true) {
            if (here instanceof JsonObject object && !object.isEmpty()) {
                var names = List.copyOf(object.keySet());
                String name = names.get(random.nextInt(names.size()));
                here = object.get(name);
                if (!(here instanceof JsonObject) || random.nextInt(3) == 0) {
                    object.add(name, random.nextBoolean() ? new JsonPrimitive(random.nextInt()) : new JsonObject());
                    return review.toString();
                }
            } else {
                return review.toString();
            }
        }
    }
}
