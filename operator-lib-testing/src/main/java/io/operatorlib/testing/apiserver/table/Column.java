package io.operatorlib.testing.apiserver.table;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param name the heading, before it is put in capitals
 * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
 * @param format {@code name} for the column that names the object
 * @param priority 0 for a column that is always shown, more for one of {@code -o wide}
 * @param cell what the column shows of an object
 */
record Column(
        String name, String type, String format, String description, int priority, Function<View, JsonElement> cell) {

    /** The column that names the object. */
    static final Column NAME = text("Name", view -> view.text("metadata.name")).withFormat("name");

    /** The column that says how long the object has been there. */
    static final Column AGE = text("Age", view -> view.since("metadata.creationTimestamp"));

    static Column text(String name, Function<View, String> cell) {
        return new Column(name, "string", "", name, 0, view -> new JsonPrimitive(cell.apply(view)));
    }

    static Column integer(String name, Function<View, Long> cell) {
        return new Column(name, "integer", "", name, 0, view -> new JsonPrimitive(cell.apply(view)));
    }

    static Column truth(String name, Function<View, Boolean> cell) {
        return new Column(name, "boolean", "", name, 0, view -> new JsonPrimitive(cell.apply(view)));
    }

    /** This column for {@code -o wide} alone. */
    Column wide() {
        return new Column(name, type, format, description, 1, cell);
    }

    private Column withFormat(String other) {
        return new Column(name, type, other, description, priority, cell);
    }

    JsonObject definition() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("type", type);
        json.addProperty("format", format);
        json.addProperty("description", description);
        json.addProperty("priority", priority);
        return json;
    }
}
