package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.ServedKind;
import java.time.Instant;
import java.util.List;

/**
 * Makes tables ({@code meta.k8s.io/v1 Table}) of what a server answered.
 *
 * @param columns the columns of the kind
 * @param includeObject what each row carries of its object: {@code Metadata}, {@code Object} or {@code None}
 * @param now the time against which ages are counted
 */
public record Tables(List<Column> columns, String includeObject, Instant now) {

    /** Tables of a kind. */
    public static Tables of(ServedKind kind, String includeObject, Instant now) {
        List<Column> columns = kind.definition()
                .map(definition -> CustomColumns.of(definition, kind.version()))
                .orElseGet(() -> BuiltInColumns.of(kind.resource()));
        return new Tables(columns, includeObject.isEmpty() ? "Metadata" : includeObject, now);
    }

    /** A table of one object, or of the items of a list. */
    public JsonObject table(JsonObject answer, boolean withColumns) {
        JsonObject table = new JsonObject();
        table.addProperty("kind", "Table");
        table.addProperty("apiVersion", "meta.k8s.io/v1");
        JsonObject metadata = new JsonObject();
        if (answer.get("metadata") instanceof JsonObject own) {
            for (String name : List.of("resourceVersion", "continue", "remainingItemCount")) {
                if (own.has(name)) {
                    metadata.add(name, own.get(name));
                }
            }
        }
        table.add("metadata", metadata);
        JsonArray definitions = new JsonArray();
        if (withColumns) {
            columns.forEach(column -> definitions.add(column.definition()));
        }
        table.add("columnDefinitions", definitions);
        JsonArray rows = new JsonArray();
        if (answer.get("items") instanceof JsonArray items
                && answer.get("kind") instanceof JsonPrimitive kind
                && kind.getAsString().endsWith("List")) {
            items.forEach(item -> rows.add(row(item.getAsJsonObject())));
        } else {
            rows.add(row(answer));
        }
        table.add("rows", rows);
        return table;
    }

    private JsonObject row(JsonObject object) {
        JsonObject row = new JsonObject();
        JsonArray cells = new JsonArray();
        View view = new View(object, now);
        columns.forEach(column -> cells.add(column.cell().apply(view)));
        row.add("cells", cells);
        switch (includeObject) {
            case "Object" -> row.add("object", object);
            case "Metadata" -> row.add("object", metadataOnly(object));
            default -> {}
        }
        return row;
    }

    /** The object with nothing but its metadata ({@code meta.k8s.io/v1 PartialObjectMetadata}). */
    public static JsonObject metadataOnly(JsonObject object) {
        JsonObject partial = new JsonObject();
        partial.addProperty("kind", "PartialObjectMetadata");
        partial.addProperty("apiVersion", "meta.k8s.io/v1");
        partial.add("metadata", object.has("metadata") ? object.get("metadata") : new JsonObject());
        return partial;
    }
}
