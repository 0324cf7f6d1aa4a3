package io.operatorlib.internal.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.Selection;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.ListQuery;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is followed of a kind: which of its objects, and what of them is kept.
 *
 * @param seenAs the class of what is kept; {@link JsonObject} for the whole object
 */
record View(KindRef kind, SortedMap<String, String> labels, SortedMap<String, String> fields, Class<?> seenAs) {
    View {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** All objects of a kind, whole. */
    static View whole(KindRef kind) {
        return new View(kind, new TreeMap<>(), new TreeMap<>(), JsonObject.class);
    }

    static View of(Selection<?, ?> selection) {
        return new View(
                BuiltInKinds.of(selection.type()),
                selection.labels(),
                selection.fields(),
                selection.seenAs() == selection.type() ? JsonObject.class : selection.seenAs());
    }

    ListQuery query(String namespace) {
        return ListQuery.all(kind).in(namespace).labelled(selector(labels)).where(selector(fields));
    }

    private static String selector(SortedMap<String, String> wanted) {
        return wanted.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    /** Tells whether an object of the kind is among those that are followed. */
    boolean shows(JsonObject object) {
        JsonObject its = Json.object(object, "metadata", "labels");
        return labels.entrySet().stream()
                        .allMatch(label ->
                                Json.text(its, label.getKey()).equals(label.getValue()) && its.has(label.getKey()))
                && fields.entrySet().stream()
                        .allMatch(field -> text(object, field.getKey()).equals(field.getValue()));
    }

    private static String text(JsonObject object, String path) {
        JsonElement value = Json.at(object, path.split("\\."));
        return value instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
    }

    /** For logs and metrics: the kind, and what is selected of it. */
    String name() {
        return kind
                + (labels.isEmpty() ? "" : "?" + selector(labels))
                + (fields.isEmpty() ? "" : "?" + selector(fields));
    }
}
