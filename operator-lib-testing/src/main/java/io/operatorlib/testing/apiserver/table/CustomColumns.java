package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The columns of custom kinds: {@code additionalPrinterColumns} of the version, or the age where there are none. */
final class CustomColumns {

    private CustomColumns() {}

    static List<Column> of(JsonObject definition, String version) {
        View crd = new View(definition, Instant.EPOCH);
        List<View> declared = crd.list("spec.versions").stream()
                .filter(each -> each.text("name").equals(version))
                .flatMap(each -> each.list("additionalPrinterColumns").stream())
                .toList();
        List<Column> columns = new ArrayList<>();
        columns.add(Column.NAME);
        declared.forEach(column -> columns.add(column(column)));
        if (declared.isEmpty()) {
            columns.add(new Column(
                    "Age", "date", "", "Age", 0, each -> new JsonPrimitive(each.since("metadata.creationTimestamp"))));
        }
        return List.copyOf(columns);
    }

    private static Column column(View declared) {
        String type = declared.text("type");
        JsonPath path = JsonPath.of(declared.text("jsonPath"));
        return new Column(
                declared.text("name"),
                type,
                declared.text("format"),
                declared.text(
                        "description",
                        "Custom resource definition column (in JSONPath format): " + declared.text("jsonPath")),
                (int) declared.number("priority"),
                view -> cell(type, path.first(view.json()), view.now()));
    }

    private static JsonElement cell(String type, Optional<JsonElement> found, Instant now) {
        JsonElement value = found.orElse(JsonNull.INSTANCE);
        if (value.isJsonNull()) {
            return JsonNull.INSTANCE;
        }
        if (!(value instanceof JsonPrimitive primitive)) {
            return type.equals("string") ? new JsonPrimitive(value.toString()) : JsonNull.INSTANCE;
        }
        return switch (type) {
            case "string" -> new JsonPrimitive(primitive.getAsString());
            case "integer" -> primitive.isNumber() ? new JsonPrimitive(primitive.getAsLong()) : JsonNull.INSTANCE;
            case "number" -> primitive.isNumber() ? primitive : JsonNull.INSTANCE;
            case "boolean" -> primitive.isBoolean() ? primitive : JsonNull.INSTANCE;
            case "date" -> new JsonPrimitive(HumanDuration.since(primitive.getAsString(), now));
            default -> JsonNull.INSTANCE;
        };
    }
}
