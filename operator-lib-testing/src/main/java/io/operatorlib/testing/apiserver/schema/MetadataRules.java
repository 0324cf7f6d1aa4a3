package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules for every object's metadata.
 *
 * @param names the form of the kind's names
 * @param namespaced whether the kind's objects live in namespaces
 */
record MetadataRules(Names.Form names, boolean namespaced) {
    /** The server allows all of an object's annotations this many bytes. */
    private static final int ANNOTATIONS_LENGTH = 256 * 1024;

    private static final List<String> NEVER_CHANGED =
            List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds");

    List<Cause> create(JsonObject metadata) {
        return create(metadata, Path.of("metadata"));
    }

    List<Cause> create(JsonObject metadata, Path path) {
        List<Cause> causes = new ArrayList<>();
        String prefix = Json.text(metadata, "generateName");
        if (!prefix.isEmpty()) {
            object(causes, path.child("generateName"), prefix, names.prefixObjections(prefix));
        }
        String name = Json.text(metadata, "name");
        if (name.isEmpty()) {
            causes.add(Cause.required(path.child("name").toString(), "name or generateName is required"));
        } else {
            object(causes, path.child("name"), name, names.objections(name));
        }
        String namespace = Json.text(metadata, "namespace");
        if (namespaced && namespace.isEmpty()) {
            causes.add(Cause.required(path.child("namespace").toString(), ""));
        } else if (namespaced) {
            object(causes, path.child("namespace"), namespace, Names.label(namespace));
        } else if (!namespace.isEmpty()) {
            causes.add(Cause.forbidden(path.child("namespace").toString(), "not allowed on this type"));
        }
        causes.addAll(contents(metadata, path));
        finalizers(causes, metadata, path.child("finalizers"));
        return causes;
    }

    List<Cause> update(JsonObject metadata, JsonObject old) {
        Path path = Path.of("metadata");
        List<Cause> causes = new ArrayList<>();
        if (Json.has(old, "deletionTimestamp")) {
            Set<String> added = new TreeSet<>(Json.texts(metadata, "finalizers"));
            added.removeAll(Json.texts(old, "finalizers"));
            if (!added.isEmpty()) {
                String list = added.stream().map(Go::quote).collect(Collectors.joining(", ", "[]string{", "}"));
                causes.add(Cause.forbidden(
                        path.child("finalizers").toString(),
                        "no new finalizers can be added if the object is being deleted, found new finalizers " + list));
            }
        }
        if (Json.integer(metadata, "generation", 0) < Json.integer(old, "generation", 0)) {
            causes.add(Cause.invalid(
                    path.child("generation").toString(), metadata.get("generation"), "must not be decremented"));
        }
        for (String field : NEVER_CHANGED) {
            JsonElement before = value(old, field);
            JsonElement after = value(metadata, field);
            if (!before.equals(after)) {
                causes.add(Cause.invalid(path.child(field).toString(), after, "field is immutable"));
            }
        }
        causes.addAll(contents(metadata, path));
        return causes;
    }

    /** The warnings on finalizers that are new, for custom resources. */
    static List<String> finalizerWarnings(JsonObject metadata, JsonObject old) {
        Set<String> added = new TreeSet<>(Json.texts(metadata, "finalizers"));
        added.removeAll(Json.texts(old, "finalizers"));
        List<String> warnings = new ArrayList<>();
        for (String finalizer : added) {
            String start = "metadata.finalizers: " + Go.quote(finalizer) + ": ";
            Names.qualified(finalizer).forEach(objection -> warnings.add(start + objection));
            boolean standard =
                    Set.of("orphan", "foregroundDeletion", "kubernetes").contains(finalizer);
            if (!finalizer.contains("/") && !standard) {
                warnings.add(start + "prefer a domain-qualified finalizer name"
                        + (finalizer.contains(".") ? " including a path (/)" : "")
                        + " to avoid accidental conflicts with other finalizer writers");
            }
        }
        return warnings;
    }

    private static JsonElement value(JsonObject metadata, String field) {
        JsonElement value = metadata.get(field);
        return value != null ? value : field.startsWith("deletion") ? JsonNull.INSTANCE : new JsonPrimitive("");
    }

    private static List<Cause> contents(JsonObject metadata, Path path) {
        List<Cause> causes = new ArrayList<>(labels(Json.object(metadata, "labels"), path.child("labels")));
        annotations(causes, Json.object(metadata, "annotations"), path.child("annotations"));
        owners(causes, metadata, path.child("ownerReferences"));
        return causes;
    }

    static List<Cause> labels(JsonObject labels, Path path) {
        List<Cause> causes = new ArrayList<>();
        for (String key : labels.keySet()) {
            object(causes, path, key, Names.qualified(key));
            String value = Json.text(labels, key);
            object(causes, path, value, Names.labelValue(value));
        }
        return causes;
    }

    private static void annotations(List<Cause> causes, JsonObject annotations, Path path) {
        int length = 0;
        for (String key : annotations.keySet()) {
            object(causes, path, key, Names.annotation(key));
            length += key.length() + Json.text(annotations, key).length();
        }
        if (length > ANNOTATIONS_LENGTH) {
            causes.add(Cause.tooLong(path.toString(), ANNOTATIONS_LENGTH));
        }
    }

    private static void owners(List<Cause> causes, JsonObject metadata, Path path) {
        String controller = "";
        for (JsonObject owner : Json.objects(metadata, "ownerReferences")) {
            String apiVersion = Json.text(owner, "apiVersion");
            if (apiVersion.isEmpty()) {
                causes.add(Cause.invalid(path.child("apiVersion").toString(), "", "version must not be empty"));
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (Json.text(owner, field).isEmpty()) {
                    causes.add(Cause.invalid(path.child(field).toString(), "", "must not be empty"));
                }
            }
            if (apiVersion.equals("v1") && Json.text(owner, "kind").equals("Event")) {
                causes.add(Cause.invalidAs(
                        path.toString(), GoStructs.owner(owner), "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (Json.flag(owner, "controller")) {
                String name = Json.text(owner, "kind") + "/" + Json.text(owner, "name");
                if (!controller.isEmpty()) {
                    causes.add(Cause.invalidAs(
                            path.toString(),
                            GoStructs.owners(Json.objects(metadata, "ownerReferences")),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + name));
                }
                controller = name;
            }
        }
    }

    private static void finalizers(List<Cause> causes, JsonObject metadata, Path path) {
        List<String> finalizers = Json.texts(metadata, "finalizers");
        for (String finalizer : finalizers) {
            object(causes, path, finalizer, Names.qualified(finalizer));
        }
        if (finalizers.contains("orphan") && finalizers.contains("foregroundDeletion")) {
            causes.add(Cause.invalid(
                    path.toString(),
                    metadata.get("finalizers"),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    static void object(List<Cause> causes, Path path, String value, List<String> objections) {
        for (String objection : objections) {
            causes.add(Cause.invalid(path.toString(), value, objection));
        }
    }
}
