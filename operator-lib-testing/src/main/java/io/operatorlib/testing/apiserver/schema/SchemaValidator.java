package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Schema.Limits;
import io.operatorlib.testing.apiserver.schema.Schema.Logic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Validates a value against its schema, in the words of a real server. Where an old value is known, what is wrong with
 * a part that did not change is forgiven: that is how Kubernetes lets people fix one thing at a time.
 */
final class SchemaValidator {
    private final String base;

    private SchemaValidator(String base) {
        this.base = base;
    }

    /**
     * Validates.
     *
     * @param base where the value is in its object; messages name places from there on, the causes' fields from the top
     * @param old the value before; null where there was none
     */
    static List<Cause> validate(Schema schema, JsonElement value, String base, @Nullable JsonElement old) {
        return new SchemaValidator(base)
                .forgiving(schema, value, Path.ROOT, old)
                .causes();
    }

    private Findings forgiving(Schema schema, JsonElement value, Path path, @Nullable JsonElement old) {
        Findings findings = check(schema, value, path, old);
        return findings.clean() || old == null || !old.equals(value) ? findings : new Findings();
    }

    private Findings check(Schema schema, JsonElement value, Path path, @Nullable JsonElement old) {
        var found = new Findings();
        String type = Json.type(value);
        if (type.equals("null")) {
            checkNull(schema, path, found);
            checkValues(schema.limits(), value, path, found);
            return found;
        }
        if (!schema.type().isEmpty()
                || !schema.format().isEmpty()
                || schema.extensions().intOrString()) {
            checkType(schema, value, type, path, found);
            found.pass();
        }
        checkLogic(schema.logic(), value, path, old, found);
        if (value instanceof JsonPrimitive primitive) {
            if (primitive.isString()) {
                checkText(schema.limits(), primitive, path, found);
                checkFormat(schema.format(), primitive, path, found);
            } else if (primitive.isNumber()) {
                checkNumber(schema.limits(), primitive, path, found);
            }
        }
        if (value instanceof JsonArray array) {
            checkList(schema, array, path, old, found);
        }
        checkValues(schema.limits(), value, path, found);
        found.pass();
        if (value instanceof JsonObject object) {
            checkObject(schema, object, path, old, found);
            found.pass();
        }
        found.pass();
        return found;
    }

    private void checkNull(Schema schema, Path path, Findings found) {
        String expected = typeName(schema);
        if (!expected.isEmpty() && !schema.nullable()) {
            found.add(typeCause(path, expected, "null"));
        } else {
            found.pass();
        }
    }

    private void checkType(Schema schema, JsonElement value, String type, Path path, Findings found) {
        String expected = typeName(schema);
        boolean numeric = expected.contains("integer") || expected.equals("number");
        boolean matches = expected.contains(type)
                || (type.equals("integer") && expected.equals("number"))
                || (type.equals("number") && expected.contains("integer") && isWhole(value));
        boolean textual = type.equals("string") || type.equals("array");
        String format = Formats.known(schema.format()) ? schema.format() : "";
        if (!textual && !format.isEmpty() && !matches) {
            String actual = type.equals("integer") ? "int64" : type.equals("number") ? "double" : "";
            if (!actual.equals(format)) {
                found.add(typeCause(path, format, actual));
                return;
            }
        }
        if (matches || (!numeric && !format.isEmpty() && textual)) {
            found.pass();
        } else if (!expected.isEmpty()) {
            found.add(typeCause(path, expected, type));
        }
    }

    private static String typeName(Schema schema) {
        return schema.extensions().intOrString() ? "integer,string" : schema.type();
    }

    private static boolean isWhole(JsonElement number) {
        double value = number.getAsDouble();
        return value == Math.rint(value) && !Double.isInfinite(value);
    }

    private Cause typeCause(Path path, String expected, String actual) {
        return Cause.typeInvalid(
                field(path),
                new JsonPrimitive(actual),
                path + " in body must be of type " + expected + ": " + Go.quote(actual));
    }

    private void checkLogic(Logic logic, JsonElement value, Path path, @Nullable JsonElement old, Findings found) {
        if (!logic.isEmpty()) {
            if (!logic.anyOf().isEmpty()) {
                checkAnyOf(logic, value, path, old, found);
            }
            if (!logic.oneOf().isEmpty()) {
                checkOneOf(logic, value, path, old, found);
            }
            if (!logic.allOf().isEmpty()) {
                checkAllOf(logic, value, path, old, found);
            }
            if (logic.not() != null && check(logic.not(), value, path, old).clean()) {
                found.add(logicCause(path, "must not validate the schema (not)"));
            }
        }
        found.pass();
        found.pass();
    }

    private void checkAnyOf(Logic logic, JsonElement value, Path path, @Nullable JsonElement old, Findings found) {
        Findings nearest = null;
        for (Schema schema : logic.anyOf()) {
            Findings findings = check(schema, value, path, old);
            if (findings.clean()) {
                found.add(findings);
                return;
            }
            nearest = nearer(nearest, findings);
        }
        found.add(logicCause(path, "must validate at least one schema (anyOf)"));
        if (nearest != null) {
            found.add(nearest);
        }
    }

    private void checkOneOf(Logic logic, JsonElement value, Path path, @Nullable JsonElement old, Findings found) {
        int valid = 0;
        Findings nearest = null;
        Findings first = null;
        for (Schema schema : logic.oneOf()) {
            Findings findings = check(schema, value, path, old);
            if (findings.clean()) {
                valid++;
                first = first == null ? findings : first;
                nearest = null;
            } else if (valid == 0) {
                nearest = nearer(nearest, findings);
            }
        }
        if (valid == 1 && first != null) {
            found.add(first);
            return;
        }
        String outcome = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
        found.add(logicCause(path, "must validate one and only one schema (oneOf). " + outcome));
        if (nearest != null) {
            found.add(nearest);
        }
    }

    private static Findings nearer(@Nullable Findings nearest, Findings findings) {
        return nearest == null || findings.passed() > nearest.passed() ? findings : nearest;
    }

    private void checkAllOf(Logic logic, JsonElement value, Path path, @Nullable JsonElement old, Findings found) {
        int valid = 0;
        for (Schema schema : logic.allOf()) {
            Findings findings = check(schema, value, path, old);
            valid += findings.clean() ? 1 : 0;
            found.add(findings);
        }
        if (valid != logic.allOf().size()) {
            found.add(
                    logicCause(path, "must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : "")));
        }
    }

    /** The real server does not name the field of such a cause, only in its message. */
    private Cause logicCause(Path path, String message) {
        String field = base.isEmpty() ? "<nil>" : base;
        return Cause.invalid(field, "", Go.quote(path.toString()) + " " + message);
    }

    private void checkText(Limits limits, JsonPrimitive value, Path path, Findings found) {
        String text = value.getAsString();
        found.pass();
        if (limits.maxLength() == null && limits.minLength() == null && limits.pattern() == null) {
            return;
        }
        long length = text.codePointCount(0, text.length());
        if (limits.maxLength() != null && length > limits.maxLength()) {
            found.add(Cause.tooLong(field(path), limits.maxLength()));
        } else if (limits.minLength() != null && length < limits.minLength()) {
            found.add(invalid(path, value, "should be at least " + limits.minLength() + " chars long"));
        } else if (limits.pattern() != null && !limits.pattern().matcher(text).find()) {
            found.add(invalid(path, value, "should match '" + limits.pattern().pattern() + "'"));
        }
    }

    private void checkFormat(String format, JsonPrimitive value, Path path, Findings found) {
        if (Formats.known(format)) {
            String text = value.getAsString();
            if (!Formats.matches(format, text)) {
                found.add(Cause.typeInvalid(
                        field(path), value, path + " in body must be of type " + format + ": " + Go.quote(text)));
            }
            found.pass();
        }
    }

    private void checkNumber(Limits limits, JsonPrimitive value, Path path, Findings found) {
        double number = value.getAsDouble();
        boolean whole = Json.isInteger(value);
        if (limits.multipleOf() != null && !isMultiple(number, limits.multipleOf())) {
            found.add(invalid(path, value, "should be a multiple of " + Go.number(limits.multipleOf())));
        }
        if (limits.minimum() != null) {
            double least = whole ? Math.rint(limits.minimum()) : limits.minimum();
            if (limits.exclusiveMinimum() ? number <= least : number < least) {
                String than = limits.exclusiveMinimum() ? "greater than " : "greater than or equal to ";
                found.add(invalid(path, value, "should be " + than + Go.number(least)));
            }
        }
        if (limits.maximum() != null) {
            double most = whole ? Math.rint(limits.maximum()) : limits.maximum();
            if (limits.exclusiveMaximum() ? number >= most : number > most) {
                String than = limits.exclusiveMaximum() ? "less than " : "less than or equal to ";
                found.add(invalid(path, value, "should be " + than + Go.number(most)));
            }
        }
        found.pass();
        found.pass();
    }

    private static boolean isMultiple(double number, double factor) {
        double times = factor < 1 ? 1 / factor * number : number / factor;
        return Math.abs(times - Math.rint(times)) < 1e-9;
    }

    private void checkValues(Limits limits, JsonElement value, Path path, Findings found) {
        if (limits.values().isEmpty() || limits.values().contains(value)) {
            return;
        }
        List<String> supported = new ArrayList<>(limits.values().size());
        for (JsonElement allowed : limits.values()) {
            supported.add(Json.isText(allowed) ? allowed.getAsString() : Go.json(allowed));
        }
        found.add(Cause.unsupported(field(path), value, supported));
    }

    private void checkList(Schema schema, JsonArray array, Path path, @Nullable JsonElement old, Findings found) {
        Schema items = schema.children().items();
        if (items != null) {
            OldItems before = OldItems.of(schema, old);
            for (int i = 0; i < array.size(); i++) {
                JsonElement item = array.get(i);
                found.add(forgiving(items, item, path.index(i), before.of(item)));
            }
        }
        Limits limits = schema.limits();
        int size = array.size();
        if (limits.minItems() != null && size < limits.minItems()) {
            found.add(invalid(path, new JsonPrimitive(size), "should have at least " + limits.minItems() + " items"));
        }
        if (limits.maxItems() != null && size > limits.maxItems()) {
            found.add(Cause.tooMany(field(path), size, limits.maxItems()));
        }
        if (limits.uniqueItems() && array.asList().stream().distinct().count() < size) {
            found.add(invalid(path, new JsonPrimitive(""), "shouldn't contain duplicates"));
        }
        found.pass();
        found.pass();
    }

    private void checkObject(Schema schema, JsonObject object, Path path, @Nullable JsonElement old, Findings found) {
        Limits limits = schema.limits();
        if (limits.minProperties() != null && object.size() < limits.minProperties()) {
            String message = "should have at least " + limits.minProperties() + " properties";
            found.add(invalid(path, new JsonPrimitive(object.size()), message));
        }
        if (limits.maxProperties() != null && object.size() > limits.maxProperties()) {
            found.add(Cause.tooMany(field(path), object.size(), limits.maxProperties()));
        }
        JsonObject before = old instanceof JsonObject oldObject ? oldObject : new JsonObject();
        Map<String, Schema> properties = schema.children().properties();
        Schema additional = schema.children().additional();
        if (additional != null) {
            new TreeMap<>(object.asMap()).forEach((name, value) -> {
                if (!properties.containsKey(name)) {
                    found.add(forgiving(additional, value, path.child(name), before.get(name)));
                }
            });
        }
        properties.forEach((name, property) -> {
            JsonElement value = object.get(name);
            if (value != null) {
                boolean typeMeta = path.isRoot() && (name.equals("kind") || name.equals("apiVersion"));
                found.add(forgiving(property, value, path.child(name), typeMeta ? null : before.get(name)));
            }
        });
        for (String name : limits.required()) {
            if (!object.has(name)) {
                found.add(Cause.required(field(path.child(name)), ""));
            }
        }
    }

    private Cause invalid(Path path, JsonElement value, String message) {
        return Cause.invalid(field(path), value, path + " in body " + message);
    }

    private String field(Path path) {
        if (base.isEmpty()) {
            return path.isRoot() ? "<nil>" : path.toString();
        }
        return path.isRoot() ? base : base + "." + path;
    }
}
