package io.operatorlib.testing.apiserver.schema;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a server written in Go prints values: quoted strings, plain numbers, and JSON with sorted keys for the rest. */
final class Go {
    private static final Gson HTML_SAFE = new GsonBuilder().create();

    /** From here on Go prints a floating-point number with an exponent. */
    private static final double PLAIN_BELOW = 1e21;

    /** Below it as well. */
    private static final double PLAIN_FROM = 1e-4;

    private Go() {}

    /** The value as it stands after {@code Invalid value: }. */
    static String value(@Nullable JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return "null";
        }
        if (value instanceof JsonPrimitive primitive) {
            return primitive.isString()
                    ? quote(primitive.getAsString())
                    : primitive.isNumber() ? number(primitive) : primitive.getAsString();
        }
        return json(value);
    }

    /** A number without a needless fraction. */
    static String number(JsonPrimitive number) {
        return number(number.getAsBigDecimal());
    }

    static String number(double number) {
        return number(BigDecimal.valueOf(number));
    }

    static String number(BigDecimal number) {
        double size = number.abs().doubleValue();
        if (size >= PLAIN_BELOW || (size != 0 && size < PLAIN_FROM)) {
            return exponential(number.doubleValue());
        }
        BigDecimal plain = number.stripTrailingZeros();
        return (plain.scale() < 0 ? plain.setScale(0) : plain).toPlainString();
    }

    private static String exponential(double number) {
        String[] parts = String.valueOf(number).split("E");
        String mantissa = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        int exponent = Integer.parseInt(parts[1]);
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /** JSON with its keys sorted and no blanks. */
    static String json(JsonElement value) {
        return HTML_SAFE.toJson(sorted(value));
    }

    private static JsonElement sorted(JsonElement value) {
        if (value instanceof JsonObject object) {
            var sorted = new JsonObject();
            new TreeMap<>(object.asMap()).forEach((key, element) -> sorted.add(key, sorted(element)));
            return sorted;
        }
        if (value instanceof JsonArray array) {
            var copy = new JsonArray(array.size());
            array.forEach(element -> copy.add(sorted(element)));
            return copy;
        }
        return value;
    }

    /** The text in double quotes, with what does not print escaped. */
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
