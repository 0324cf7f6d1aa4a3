package io.operatorlib.testing.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Puts names in the place of what differs from run to run, the same name for the same value: {@code $uid1},
 * {@code $rv1}, {@code $time}; and the values back in the place of the names.
 */
final class Normal {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern ADDRESS = Pattern.compile("10\\.\\d+\\.\\d+\\.\\d+");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern REVISIONS =
            Pattern.compile("(too old resource version: |version: |current: |in record \\(?)\\d+( \\(\\d+\\))?");

    /** A patched object that could not be read, in the order of a Go struct's fields. */
    private static final Pattern PATCHED = Pattern.compile("Invalid value: \"\\{\\\\\"apiVersion.*\\}\": json:");

    private final String namespace;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    Normal(String namespace) {
        this.namespace = namespace;
    }

    /** A text of a script with the values of this run. */
    String denormal(String text) {
        String result = text.replace("$ns", namespace);
        for (Map.Entry<String, String> entry : names.entrySet()) {
            result = result.replaceAll(
                    Pattern.quote(entry.getValue()) + "(?!\\d)",
                    java.util.regex.Matcher.quoteReplacement(
                            entry.getKey().substring(entry.getKey().indexOf(':') + 1)));
        }
        return result;
    }

    JsonElement normal(JsonElement element) {
        return normal("", element);
    }

    private JsonElement normal(String key, JsonElement element) {
        if (element instanceof JsonObject object) {
            var result = new JsonObject();
            boolean generated = object.has("generateName") && object.has("name");
            new TreeMap<>(object.asMap()).forEach((name, value) -> {
                JsonElement shown = generated && name.equals("name")
                        ? new JsonPrimitive(named("generated", value.getAsString()))
                        : normal(name, value);
                result.add(name, shown);
            });
            return result;
        }
        if (element instanceof JsonArray array) {
            var items = new ArrayList<JsonElement>();
            array.forEach(items::add);
            if (key.equals("managedFields")) {
                // their order depends on the seconds in which they were written
                items.sort(Comparator.comparing(
                        item -> String.valueOf(item.getAsJsonObject().get("operation"))
                                + item.getAsJsonObject().get("manager")
                                + item.getAsJsonObject().get("subresource")));
            }
            var result = new JsonArray();
            items.forEach(item -> result.add(normal(key, item)));
            return result;
        }
        return element instanceof JsonPrimitive text && text.isString()
                ? new JsonPrimitive(text(key, text.getAsString()))
                : element;
    }

    private String text(String key, String value) {
        if (key.equals("resourceVersion") && value.matches("\\d+") && !value.equals("0")) {
            return named("rv", value);
        }
        if (key.equals("continue") && !value.isEmpty()) {
            return named("continue", value);
        }
        if (key.equals("token") && value.length() > 100) {
            return named("token", value);
        }
        String result = TIME.matcher(value.replace(namespace, "$ns")).replaceAll("\\$time");
        result = UID.matcher(result).replaceAll(found -> "\\" + named("uid", found.group()));
        result = ADDRESS.matcher(result).replaceAll("\\$address");
        result = PATCHED.matcher(result).replaceAll("Invalid value: \"\\$object\": json:");
        result = REVISIONS.matcher(result).replaceAll("$1\\$n");
        for (Map.Entry<String, String> entry : names.entrySet()) {
            if (entry.getValue().startsWith("$generated")) {
                result = result.replace(entry.getKey().substring("generated:".length()), entry.getValue());
            }
        }
        return result;
    }

    private String named(String type, String value) {
        return names.computeIfAbsent(type + ":" + value, unknown -> "$" + type + counts.merge(type, 1, Integer::sum));
    }
}
