package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a JSON tree as YAML in block style. A text stands plain only where no reader of YAML could take it for
 * anything else; otherwise it is quoted as in JSON, which YAML reads as well.
 */
final class Yaml {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");

    // what YAML 1.1 takes for a truth value or for nothing
    private static final Set<String> RESERVED = Set.of("y", "n", "yes", "no", "true", "false", "on", "off", "null");

    private Yaml() {}

    static String of(JsonObject tree) {
        var out = new StringBuilder();
        members(out, tree, "");
        return out.toString();
    }

    private static void members(StringBuilder out, JsonObject object, String indent) {
        for (var member : object.entrySet()) {
            out.append(indent)
                    .append(scalar(new JsonPrimitive(member.getKey())))
                    .append(':');
            value(out, member.getValue(), indent);
        }
    }

    private static void value(StringBuilder out, JsonElement value, String indent) {
        if (value instanceof JsonObject object && !object.isEmpty()) {
            out.append('\n');
            members(out, object, indent + "  ");
        } else if (value instanceof JsonArray array && !array.isEmpty()) {
            out.append('\n');
            array.forEach(element -> element(out, element, indent));
        } else {
            out.append(' ').append(scalar(value)).append('\n');
        }
    }

    private static void element(StringBuilder out, JsonElement element, String indent) {
        out.append(indent).append('-');
        if (element instanceof JsonObject object && !object.isEmpty()) {
            var inner = new StringBuilder();
            members(inner, object, indent + "  ");
            // the first member stands on the line of the dash
            out.append(' ').append(inner.substring(indent.length() + 2));
        } else {
            value(out, element, indent + "  ");
        }
    }

    private static String scalar(JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            String text = primitive.getAsString();
            boolean plain = PLAIN.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
            return plain ? text : value.toString();
        }
        return value.toString(); // numbers, truth values, null, {} and []
    }
}
