package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the objections to an object of one of Kubernetes' own kinds, with the checks that many kinds share. */
final class Checks {
    private static final int PORTS = 65535;
    private static final String PERCENT =
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used"
                    + " for validation is '[0-9]+%')";

    private final List<Cause> causes = new ArrayList<>();

    List<Cause> causes() {
        return causes;
    }

    boolean clean() {
        return causes.isEmpty();
    }

    void add(Cause cause) {
        causes.add(cause);
    }

    void addAll(List<Cause> others) {
        causes.addAll(others);
    }

    void required(Path path, String detail) {
        causes.add(Cause.required(path.toString(), detail));
    }

    void forbidden(Path path, String detail) {
        causes.add(Cause.forbidden(path.toString(), detail));
    }

    void invalid(Path path, @Nullable JsonElement value, String detail) {
        causes.add(Cause.invalid(path.toString(), value, detail));
    }

    void invalid(Path path, String value, String detail) {
        causes.add(Cause.invalid(path.toString(), value, detail));
    }

    /** Each of the objections to a value. */
    void invalid(Path path, String value, List<String> objections) {
        MetadataRules.object(causes, path, value, objections);
    }

    /** A text that must be there. */
    boolean present(JsonObject object, String field, Path path) {
        return present(object, field, path, "");
    }

    boolean present(JsonObject object, String field, Path path, String detail) {
        boolean present = !Json.text(object, field).isEmpty();
        if (!present) {
            required(path.child(field), detail);
        }
        return present;
    }

    /** A text that, where it is there, must be one of those supported. */
    void supported(JsonObject object, String field, Path path, List<String> supported) {
        String value = Json.text(object, field);
        if (!value.isEmpty()) {
            supported(value, path.child(field), supported);
        }
    }

    void supported(String value, Path path, List<String> supported) {
        if (!supported.contains(value)) {
            causes.add(Cause.unsupported(path.toString(), new JsonPrimitive(value), supported));
        }
    }

    void nonNegative(JsonObject object, String field, Path path) {
        Long value = Json.integer(object, field);
        if (value != null && value < 0) {
            invalid(path.child(field), object.get(field), "must be greater than or equal to 0");
        }
    }

    /** A value that came again; it counts each time but the first. */
    Set<String> seen() {
        return new HashSet<>();
    }

    void unlike(Set<String> seen, String value, Path path) {
        if (!value.isEmpty() && !seen.add(value)) {
            causes.add(Cause.duplicate(path.toString(), new JsonPrimitive(value)));
        }
    }

    void port(@Nullable JsonElement port, Path path) {
        long number = port == null ? 0 : port.getAsLong();
        if (number < 1 || number > PORTS) {
            invalid(path, port == null ? new JsonPrimitive(0) : port, between(1, PORTS));
        }
    }

    /** A port by its number or its name. */
    void portOrName(@Nullable JsonElement port, Path path) {
        if (port != null && Json.isText(port)) {
            invalid(path, port.getAsString(), Names.port(port.getAsString()));
        } else {
            port(port, path);
        }
    }

    static String between(long least, long most) {
        return "must be between " + least + " and " + most + ", inclusive";
    }

    /** A number or a percentage, neither negative. */
    void amount(JsonObject object, String field, Path path) {
        JsonElement value = object.get(field);
        if (value != null && Json.isText(value)) {
            if (!value.getAsString().matches("[0-9]+%")) {
                invalid(path.child(field), value, PERCENT);
            }
        } else {
            nonNegative(object, field, path);
        }
    }

    /** A selector of labels. */
    void selector(JsonObject selector, Path path) {
        addAll(MetadataRules.labels(Json.object(selector, "matchLabels"), path.child("matchLabels")));
        List<JsonObject> expressions = Json.objects(selector, "matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            expression(expressions.get(i), path.child("matchExpressions").index(i));
        }
    }

    private void expression(JsonObject expression, Path path) {
        List<String> values = Json.texts(expression, "values");
        String operator = Json.text(expression, "operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    forbidden(
                            path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        String key = Json.text(expression, "key");
        invalid(path.child("key"), key, Names.qualified(key));
        for (int i = 0; i < values.size(); i++) {
            invalid(path.child("values").index(i), values.get(i), Names.labelValue(values.get(i)));
        }
    }

    void ip(String address, Path path) {
        if (!Formats.isIpv4(address) && !Formats.isIpv6(address)) {
            invalid(path, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }
}
