package io.operatorlib.conversion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A version that is not the hub, with the way to the hub and back. The functions work on an object without its kind and
 * its metadata.
 */
record Spoke(Kind<?, ?> kind, Shape shape, UnaryOperator<JsonObject> toHub, UnaryOperator<JsonObject> fromHub) {

    String version() {
        return kind.version();
    }

    /** A function on trees of Java's own types. */
    static UnaryOperator<JsonObject> tree(UnaryOperator<Map<String, Object>> function) {
        return body -> guarded(() -> Trees.object(function.apply(Trees.map(body))));
    }

    /** A function on one typed member of an object; all others pass, and so does an object without that member. */
    @SuppressWarnings("unchecked") // a kind's types are those that its functions were given with
    static <A, B> UnaryOperator<JsonObject> member(String name, Codec codec, Type type, Function<A, B> function) {
        return body -> {
            JsonElement value = Json.at(body, name);
            if (value == null) {
                return body;
            }
            return guarded(() -> with(body, name, codec.encode(function.apply((A) codec.decode(type, value, name)))));
        };
    }

    /** A shallow copy with another member: thousands of objects are in one review. */
    private static JsonObject with(JsonObject body, String name, JsonElement value) {
        var copy = new JsonObject();
        body.entrySet().forEach(member -> copy.add(member.getKey(), member.getValue()));
        copy.add(name, value);
        return copy;
    }

    private interface Work {
        JsonObject done();
    }

    private static JsonObject guarded(Work work) {
        try {
            return work.done();
        } catch (ConversionException e) {
            throw e;
        } catch (CodecException e) {
            throw new ConversionException(e.path(), String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | StackOverflowError e) {
            throw new ConversionException("", "the converter failed: " + e, e);
        }
    }
}
