package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A path into an object, in the simple form that printer columns use: {@code .spec.size}, {@code ['a.b']},
 * {@code .items[0]}, {@code .items[-1]}, {@code .items[*].name},
 * {@code .status.conditions[?(@.type=="Ready")].status}.
 */
final class JsonPath {

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** One step from an element to those under it. */
    private interface Step {
        Stream<JsonElement> from(JsonElement here);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException if it is none, or not of the simple form
     */
    static JsonPath of(String text) {
        return new JsonPath(new Reader(text).path());
    }

    /** The first element that the path leads to. */
    Optional<JsonElement> first(JsonElement root) {
        Stream<JsonElement> here = Stream.of(root);
        for (Step step : steps) {
            here = here.flatMap(step::from);
        }
        return here.findFirst();
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text.startsWith("$") ? text.substring(1) : text;
        }

        List<Step> path() {
            List<Step> path = new ArrayList<>();
            while (at < text.length()) {
                char next = text.charAt(at++);
                boolean dotBeforeBracket = next == '.' && at < text.length() && text.charAt(at) == '[';
                if (next == '[') {
                    path.add(bracket());
                } else if (next == '.' && !dotBeforeBracket) {
                    path.add(name(word()));
                } else if (next != '.') {
                    throw new IllegalArgumentException("not a path: " + text);
                }
            }
            return path;
        }

        private String word() {
            StringBuilder word = new StringBuilder();
            while (at < text.length() && ".[".indexOf(text.charAt(at)) < 0) {
                char next = text.charAt(at++);
                word.append(next == '\\' && at < text.length() ? text.charAt(at++) : next);
            }
            if (word.isEmpty()) {
                throw new IllegalArgumentException("not a simple path: " + text);
            }
            return word.toString();
        }

        private Step bracket() {
            int end = closing();
            String inside = text.substring(at, end);
            at = end + 1;
            if (inside.equals("*")) {
                return Reader::all;
            }
            if (inside.startsWith("?(") && inside.endsWith(")")) {
                Predicate<JsonElement> filter = filter(inside.substring(2, inside.length() - 1));
                return here -> all(here).filter(filter);
            }
            if (inside.matches("'[^']*'|\"[^\"]*\"")) {
                return name(inside.substring(1, inside.length() - 1));
            }
            if (inside.matches("-?[0-9]{1,6}")) {
                return index(Integer.parseInt(inside));
            }
            throw new IllegalArgumentException("not a simple path: " + text);
        }

        private int closing() {
            char quote = 0;
            for (int i = at; i < text.length(); i++) {
                char here = text.charAt(i);
                if (quote != 0) {
                    quote = here == quote ? 0 : quote;
                } else if (here == '\'' || here == '"') {
                    quote = here;
                } else if (here == ']') {
                    return i;
                }
            }
            throw new IllegalArgumentException("an open bracket: " + text);
        }

        private static Predicate<JsonElement> filter(String condition) {
            String[] sides = condition.split("==", 2);
            if (!sides[0].startsWith("@") || sides.length != 2) {
                throw new IllegalArgumentException("not a simple filter: " + condition);
            }
            JsonPath left = JsonPath.of(sides[0].substring(1).strip());
            String right = sides[1].strip().replaceAll("^(['\"])(.*)\\1$", "$2");
            return each -> left.first(each)
                    .filter(found -> found instanceof JsonPrimitive primitive
                            && primitive.getAsString().equals(right))
                    .isPresent();
        }

        private static Step name(String name) {
            if (name.equals("*")) {
                return Reader::all;
            }
            return here -> here instanceof JsonObject object && object.has(name)
                    ? Stream.of(object.get(name))
                    : Stream.empty();
        }

        private static Step index(int index) {
            return here -> {
                if (here instanceof JsonArray array) {
                    int place = index < 0 ? array.size() + index : index;
                    return place >= 0 && place < array.size() ? Stream.of(array.get(place)) : Stream.empty();
                }
                return Stream.empty();
            };
        }

        private static Stream<JsonElement> all(JsonElement here) {
            if (here instanceof JsonArray array) {
                return array.asList().stream();
            }
            return here instanceof JsonObject object ? object.asMap().values().stream() : Stream.empty();
        }
    }
}
