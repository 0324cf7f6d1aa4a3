package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON trees: read strictly, looked into, and changed by making new ones. */
final class Json {
    /** Kubernetes' own limit of nesting is 10,000; a JVM's stack holds a tenth of it safely. */
    private static final int DEEPEST = 1_000;

    private Json() {}

    /**
     * A document that was read.
     *
     * @param duplicates what to say of each field that came twice; the last one counts
     */
    record Parsed(JsonElement value, List<String> duplicates) {}

    /** Thrown when a text is not JSON. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    static Parsed parse(String text) throws MalformedException {
        var duplicates = new ArrayList<String>();
        try (var reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            JsonElement value = read(reader, "", duplicates);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedException("invalid character after top-level value");
            }
            return new Parsed(value, duplicates);
        } catch (EOFException e) {
            throw new MalformedException("unexpected end of JSON input");
        } catch (MalformedJsonException | NumberFormatException | IllegalStateException e) {
            throw new MalformedException(String.valueOf(e.getMessage()).split("\n")[0]);
        } catch (IOException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    private static JsonElement read(JsonReader reader, String path, List<String> duplicates) throws IOException {
        switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                var object = new JsonObject();
                reader.beginObject();
                while (reader.hasNext()) {
                    String name = reader.nextName();
                    String field = path.isEmpty() ? name : path + "." + name;
                    if (object.has(name)) {
                        duplicates.add("duplicate field \"" + field + "\"");
                    }
                    object.add(name, read(reader, field, duplicates));
                }
                reader.endObject();
                return object;
            }
            case BEGIN_ARRAY -> {
                var array = new JsonArray();
                reader.beginArray();
                while (reader.hasNext()) {
                    array.add(read(reader, path + "[" + array.size() + "]", duplicates));
                }
                reader.endArray();
                return array;
            }
            case STRING -> {
                return new JsonPrimitive(reader.nextString());
            }
            case NUMBER -> {
                return number(reader.nextString());
            }
            case BOOLEAN -> {
                return new JsonPrimitive(reader.nextBoolean());
            }
            default -> {
                reader.nextNull();
                return JsonNull.INSTANCE;
            }
        }
    }

    private static JsonPrimitive number(String text) {
        boolean integral = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        if (integral && text.length() < 19) {
            return new JsonPrimitive(Long.valueOf(text));
        }
        var exact = new BigDecimal(text);
        if (integral && exact.toBigInteger().bitLength() < Long.SIZE) {
            return new JsonPrimitive(exact.longValueExact());
        }
        return new JsonPrimitive(exact.doubleValue());
    }

    /** The member where it is an object; else an empty one, not to be changed. */
    static JsonObject object(JsonObject in, String name) {
        return in.get(name) instanceof JsonObject found ? found : new JsonObject();
    }

    /** The member where it is a list; else an empty one, not to be changed. */
    static JsonArray array(JsonObject in, String name) {
        return in.get(name) instanceof JsonArray found ? found : new JsonArray();
    }

    /** The member where it is a string; else the empty string. */
    static String string(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive found && found.isString() ? found.getAsString() : "";
    }

    static @Nullable Long number(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive found && found.isNumber() ? found.getAsLong() : null;
    }

    /** The strings of a list. */
    static List<String> strings(JsonObject in, String name) {
        var strings = new ArrayList<String>();
        for (JsonElement item : array(in, name)) {
            if (item instanceof JsonPrimitive text) {
                strings.add(text.getAsString());
            }
        }
        return strings;
    }

    static JsonArray arrayOf(List<String> strings) {
        var array = new JsonArray(strings.size());
        strings.forEach(array::add);
        return array;
    }

    /** What stands at a path of member names; null where there is nothing. */
    static @Nullable JsonElement at(JsonElement from, List<String> path) {
        JsonElement at = from;
        for (String name : path) {
            at = at instanceof JsonObject object ? object.get(name) : null;
        }
        return at;
    }

    /** A new object with the same members. */
    static JsonObject shallow(JsonObject of) {
        var copy = new JsonObject();
        of.asMap().forEach(copy::add);
        return copy;
    }

    /** The object with one member put in the place of what it had by that name; null takes it away. */
    static JsonObject with(JsonObject object, String name, @Nullable JsonElement value) {
        JsonObject copy = shallow(object);
        if (value == null) {
            copy.remove(name);
        } else {
            copy.add(name, value);
        }
        return copy;
    }

    static JsonObject with(JsonObject object, String name, String value) {
        return with(object, name, new JsonPrimitive(value));
    }

    static JsonObject with(JsonObject object, String name, long value) {
        return with(object, name, new JsonPrimitive(value));
    }

    /** Equal, where an absent member and one that is null or empty are the same. */
    static boolean same(@Nullable JsonElement a, @Nullable JsonElement b) {
        if (a instanceof JsonObject left && b instanceof JsonObject right) {
            for (String name : left.keySet()) {
                if (!same(left.get(name), right.get(name))) {
                    return false;
                }
            }
            for (String name : right.keySet()) {
                if (!left.has(name) && !empty(right.get(name))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof JsonArray left && b instanceof JsonArray right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return (a == null || empty(a)) ? empty(b) : a.equals(b);
    }

    private static boolean empty(@Nullable JsonElement value) {
        return value == null
                || value.isJsonNull()
                || (value instanceof JsonObject object && object.isEmpty())
                || (value instanceof JsonArray array && array.isEmpty());
    }
}
