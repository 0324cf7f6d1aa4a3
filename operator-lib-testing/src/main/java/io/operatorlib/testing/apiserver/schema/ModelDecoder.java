package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of one of Kubernetes' own types as a server does that decodes it into a struct and encodes it again:
 * unknown fields are left out, nulls and empty lists and maps are gone, quantities are in their canonical form, and the
 * first value of a wrong type spoils it all.
 */
final class ModelDecoder {
    private static final String TIME = "2006-01-02T15:04:05Z07:00";
    private static final String MICRO_TIME = "2006-01-02T15:04:05.000000Z07:00";

    /** Texts for which the server tells empty from absent: their field is a pointer to it. */
    private static final Set<String> POINTERS =
            Set.of("storageClassName", "volumeAttributesClassName", "holderIdentity");

    private final List<String> unknown = new ArrayList<>();
    private @Nullable String refusal;

    private ModelDecoder() {}

    /** How the message of a refusal begins. */
    static String context(String kind, String version) {
        return kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": ";
    }

    /**
     * Decodes; the complaints are the bare paths of unknown fields.
     *
     * @param context how a refusal's message begins
     */
    static Decoded decode(Schema schema, JsonObject sent, String context) {
        var decoder = new ModelDecoder();
        JsonElement decoded = decoder.value(schema, sent, Path.ROOT, "", schema);
        if (decoder.refusal != null) {
            return new Decoded.Refused(context + decoder.refusal);
        }
        return new Decoded.Read(Json.object(decoded), List.copyOf(decoder.unknown));
    }

    /**
     * One value.
     *
     * @param where its place without the indices of lists, as messages name it
     * @param owner the type whose field it is
     * @return null where nothing is left of it
     */
    private @Nullable JsonElement value(Schema schema, JsonElement value, Path path, String where, Schema owner) {
        if (value.isJsonNull()) {
            return null;
        }
        if (schema.extensions().preserveUnknown()) {
            return value;
        }
        if (schema.extensions().intOrString()) {
            boolean fits = Json.type(value).equals("string") || Json.type(value).equals("integer");
            return fits ? value : refuse(value, where, owner, "int32");
        }
        return switch (schema.type()) {
            case "object" ->
                value instanceof JsonObject object
                        ? object(schema, object, path, where, owner)
                        : refuse(value, where, owner, typeName(schema));
            case "array" ->
                value instanceof JsonArray array
                        ? list(schema, array, path, where, owner)
                        : refuse(value, where, owner, typeName(schema));
            case "" -> value instanceof JsonObject object ? object(schema, object, path, where, owner) : value;
            default -> scalar(schema, value, where, owner);
        };
    }

    private JsonElement object(Schema schema, JsonObject object, Path path, String where, Schema owner) {
        var decoded = new JsonObject();
        Schema values = schema.children().additional();
        object.asMap().forEach((name, value) -> {
            if (values != null) {
                JsonElement element = value(values, value, path.child(name), where, owner);
                decoded.add(name, element == null ? zero(values) : element);
                return;
            }
            Schema field = schema.children().properties().get(name);
            if (field == null) {
                unknown.add(path.child(name).toString());
                return;
            }
            JsonElement element =
                    value(field, value, path.child(name), where.isEmpty() ? name : where + "." + name, schema);
            if (element != null && !isGone(field, name, element)) {
                decoded.add(name, element);
            }
        });
        return decoded;
    }

    /** The server does not keep empty lists, maps and texts, where they mean the same as none. */
    private static boolean isGone(Schema field, String name, JsonElement value) {
        if (value instanceof JsonArray array) {
            return array.isEmpty();
        }
        if (value instanceof JsonObject object) {
            return object.isEmpty() && field.children().additional() != null;
        }
        return Json.isText(value)
                && value.getAsString().isEmpty()
                && !POINTERS.contains(name)
                && field.defaultValue().isEmpty();
    }

    private static JsonElement zero(Schema schema) {
        return switch (schema.type()) {
            case "string" -> new JsonPrimitive(schema.format().equals("quantity") ? "0" : "");
            case "object" -> new JsonObject();
            default -> JsonNull.INSTANCE;
        };
    }

    private JsonElement list(Schema schema, JsonArray array, Path path, String where, Schema owner) {
        Schema items = schema.children().items();
        var decoded = new JsonArray(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonElement element =
                    items == null ? array.get(i) : value(items, array.get(i), path.index(i), where, owner);
            decoded.add(element == null && items != null ? zero(items) : element);
        }
        return decoded;
    }

    private @Nullable JsonElement scalar(Schema schema, JsonElement value, String where, Schema owner) {
        String actual = Json.type(value);
        switch (schema.format()) {
            case "quantity" -> {
                return quantity(value);
            }
            case "date-time", "date-time-micros" -> {
                return time(value, schema.format().equals("date-time") ? TIME : MICRO_TIME, where, owner);
            }
            case "byte" -> {
                if (actual.equals("string")) {
                    return base64(value);
                }
            }
            default -> {}
        }
        boolean fits = switch (schema.type()) {
            case "number" -> actual.equals("number") || actual.equals("integer");
            case "integer" -> actual.equals("integer") && isInRange(value, schema.format());
            default -> actual.equals(schema.type());
        };
        return fits ? value : refuse(value, where, owner, typeName(schema));
    }

    private static boolean isInRange(JsonElement value, String format) {
        long number = value.getAsLong();
        return !format.equals("int32") || number == (int) number;
    }

    private @Nullable JsonElement quantity(JsonElement value) {
        String text = value instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
        var quantity = Quantities.parse(text);
        if (quantity.isEmpty()) {
            refuse("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
            return null;
        }
        return new JsonPrimitive(quantity.get().canonical());
    }

    private @Nullable JsonElement time(JsonElement value, String layout, String where, Schema owner) {
        if (!Json.isText(value)) {
            return refuse(value, where, owner, "string");
        }
        String text = value.getAsString();
        boolean whole = Formats.matches("date-time", text);
        if (whole && (layout.equals(TIME) || text.matches(".*\\.[0-9]{6}[^0-9].*"))) {
            return value;
        }
        String wrong = Go.quote(text);
        String rest = whole ? text.substring(19) : text;
        String wanted = whole ? ".000000" : "2006";
        refuse("parsing time " + wrong + " as " + Go.quote(layout) + ": cannot parse " + Go.quote(rest) + " as "
                + Go.quote(wanted));
        return null;
    }

    private @Nullable JsonElement base64(JsonElement value) {
        String text = value.getAsString();
        try {
            Base64.getDecoder().decode(text);
            if (text.length() % 4 == 0) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // told below, in the server's words
        }
        int at = 0;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+/".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        refuse("illegal base64 data at input byte " + (at == text.length() ? at - at % 4 : at));
        return null;
    }

    private @Nullable JsonElement refuse(JsonElement value, String where, Schema owner, String goType) {
        String actual = Json.type(value);
        String what = switch (actual) {
            case "integer", "number" ->
                goType.startsWith("int") || goType.startsWith("float") ? "number " + number(value) : "number";
            case "boolean" -> "bool";
            default -> actual;
        };
        String struct = owner.extensions().model();
        refuse("json: cannot unmarshal " + what + " into Go struct field " + goName(struct) + "." + where + " of type "
                + goType);
        return null;
    }

    private static String number(JsonElement value) {
        BigDecimal number = value.getAsBigDecimal();
        return number.toPlainString();
    }

    private void refuse(String message) {
        if (refusal == null) {
            refusal = message;
        }
    }

    /** The name of the type at the server, without the group that some of client-java's begin with. */
    private static String goName(String model) {
        return model.replaceFirst("^[A-Z][a-z]+V[0-9]", "");
    }

    private static String typeName(Schema schema) {
        String model = schema.extensions().model();
        if (!model.isEmpty()) {
            return "v1." + goName(model);
        }
        Schema items = schema.children().items();
        Schema values = schema.children().additional();
        return switch (schema.type()) {
            case "array" -> "[]" + (items == null ? "interface {}" : typeName(items));
            case "object" ->
                values == null
                        ? "map[string]interface {}"
                        : values.format().equals("quantity") ? "v1.ResourceList" : "map[string]" + typeName(values);
            case "integer" -> schema.format();
            case "number" -> "float64";
            case "boolean" -> "bool";
            default -> schema.format().equals("byte") ? "[]uint8" : "string";
        };
    }
}
