package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a label selector, equality-based or set-based: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1}. */
final class LabelSelector {
    private static final List<String> SYMBOLS = List.of("==", "!=", "=", "!", ",", "(", ")", ">", "<");

    private final String text;
    private int at;

    private LabelSelector(String text) {
        this.text = text;
    }

    /** The requirements on an object's labels, as a predicate on the object. */
    static Predicate<JsonObject> parse(String text) {
        Predicate<Map<String, String>> onLabels = new LabelSelector(text).requirements();
        return object -> onLabels.test(labels(object));
    }

    /** Those of a {@code metav1.LabelSelector}, on labels. */
    static Predicate<Map<String, String>> of(JsonObject selector) {
        Predicate<Map<String, String>> all = labels -> true;
        for (var entry : Json.object(selector, "matchLabels").entrySet()) {
            all = all.and(in(entry.getKey(), Set.of(entry.getValue().getAsString())));
        }
        for (JsonElement element : Json.array(selector, "matchExpressions")) {
            JsonObject expression = element.getAsJsonObject();
            String key = Json.string(expression, "key");
            var values = new TreeSet<>(Json.strings(expression, "values"));
            all = all.and(
                    switch (Json.string(expression, "operator")) {
                        case "In" -> in(key, values);
                        case "NotIn" -> in(key, values).negate();
                        case "Exists" -> labels -> labels.containsKey(key);
                        case "DoesNotExist" -> labels -> !labels.containsKey(key);
                        default -> labels -> false;
                    });
        }
        return all;
    }

    static Map<String, String> labels(JsonObject object) {
        var labels = new TreeMap<String, String>();
        Json.object(Meta.of(object), "labels").entrySet().forEach(label -> {
            if (label.getValue() instanceof JsonPrimitive value) {
                labels.put(label.getKey(), value.getAsString());
            }
        });
        return labels;
    }

    private Predicate<Map<String, String>> requirements() {
        Predicate<Map<String, String>> all = requirement();
        while (token().equals(",")) {
            all = all.and(requirement());
        }
        if (at < text.length()) {
            throw cannotParse("found '" + text.substring(at) + "', expected: ',' or 'end of string'");
        }
        return all;
    }

    private Predicate<Map<String, String>> requirement() {
        String first = token();
        if (first.equals("!")) {
            String key = key(token());
            return labels -> !labels.containsKey(key);
        }
        String key = key(first);
        int before = at;
        String operator = token();
        switch (operator) {
            case "=", "==" -> {
                return in(key, Set.of(value()));
            }
            case "!=" -> {
                return in(key, Set.of(value())).negate();
            }
            case "in" -> {
                return in(key, values());
            }
            case "notin" -> {
                return in(key, values()).negate();
            }
            case ">", "<" -> {
                return compared(key, operator.equals(">"), value());
            }
            case "", "," -> {
                at = before;
                return labels -> labels.containsKey(key);
            }
            default -> throw cannotParse("found '" + operator + "', expected: in, notin, =, ==, !=, gt, lt");
        }
    }

    private static Predicate<Map<String, String>> in(String key, Set<String> values) {
        return labels -> labels.containsKey(key) && values.contains(labels.get(key));
    }

    private Predicate<Map<String, String>> compared(String key, boolean greater, String value) {
        Long bound = integer(value);
        if (bound == null) {
            throw cannotParse("for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return labels -> {
            Long actual = labels.containsKey(key) ? integer(labels.get(key)) : null;
            return actual != null && (greater ? actual > bound : actual < bound);
        };
    }

    private static @Nullable Long integer(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private String key(String token) {
        if (!Names.isQualifiedName(token)) {
            throw cannotParse(
                    token.matches("[A-Za-z0-9].*")
                            ? "<nil>: Invalid value: \"" + token + "\": " + Names.QUALIFIED_NAME
                            : "found '" + token + "', expected: !, identifier, or 'end of string'");
        }
        return token;
    }

    /** The value after an operator; it may be left out, and is empty then. */
    private String value() {
        int before = at;
        String value = token();
        if (value.equals(",") || value.isEmpty()) {
            at = before;
            return "";
        }
        return checked(value);
    }

    private String checked(String value) {
        if (SYMBOLS.contains(value)) {
            throw cannotParse("found '" + value + "', expected: identifier");
        }
        if (!Names.isLabelValue(value)) {
            throw ApiError.badRequest("unable to parse requirement: values[0][" + value + "]: Invalid value: \"" + value
                    + "\": " + Names.LABEL_VALUE);
        }
        return value;
    }

    private Set<String> values() {
        var values = new TreeSet<String>();
        if (!token().equals("(")) {
            throw cannotParse("expected: '('");
        }
        List<String> ends = new ArrayList<>();
        String next = token();
        while (!next.equals(")")) {
            if (next.isEmpty()) {
                throw cannotParse("found '', expected: ',' or ')'");
            }
            if (next.equals(",")) {
                ends.add(next);
            } else {
                values.add(checked(next));
            }
            next = token();
        }
        if (values.size() <= ends.size()) {
            values.add("");
        }
        return values;
    }

    private String token() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return "";
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return symbol;
            }
        }
        int from = at;
        while (at < text.length() && "=!,()<> \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private static ApiError cannotParse(String why) {
        return ApiError.badRequest("unable to parse requirement: " + why);
    }
}
