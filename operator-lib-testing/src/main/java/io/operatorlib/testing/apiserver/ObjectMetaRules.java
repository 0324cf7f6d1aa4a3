package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Kubernetes demands of {@code metadata}, whatever the kind. */
final class ObjectMetaRules {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    /** In bytes, of all annotations together. */
    private static final int ANNOTATIONS_SIZE = 256 * 1024;

    private ObjectMetaRules() {}

    static List<Cause> create(ServedKind kind, JsonObject object) {
        var causes = new ArrayList<Cause>();
        JsonObject meta = Meta.of(object);
        String name = Meta.name(object);
        if (name.isEmpty()) {
            causes.add(Cause.required("metadata.name", "name or generateName is required"));
        } else {
            checkName(kind, name, causes);
        }
        checkContents(meta, causes);
        return causes;
    }

    private static void checkName(ServedKind kind, String name, List<Cause> causes) {
        if (kind.group().equals("rbac.authorization.k8s.io")) {
            if (name.equals(".") || name.equals("..") || name.contains("/") || name.contains("%")) {
                causes.add(Cause.invalid("metadata.name", name, "may not be '.' or '..' or contain '/' or '%'"));
            }
            return;
        }
        boolean label = kind.group().isEmpty() && kind.kind().equals("Namespace");
        boolean label1035 = kind.group().isEmpty() && kind.kind().equals("Service");
        int most = label || label1035 ? LONGEST_LABEL : LONGEST_NAME;
        if (name.length() > most) {
            causes.add(Cause.invalid("metadata.name", name, "must be no more than " + most + " characters"));
        }
        if (label && !Names.isLabel(name) && name.length() <= most) {
            causes.add(Cause.invalid("metadata.name", name, Names.LABEL_RULE));
        } else if (label1035 && !Names.isLabel1035(name) && name.length() <= most) {
            causes.add(Cause.invalid("metadata.name", name, Names.LABEL_1035_RULE));
        } else if (!label && !label1035 && !Names.isSubdomain(name) && name.length() <= most) {
            causes.add(Cause.invalid("metadata.name", name, Names.SUBDOMAIN_RULE));
        }
    }

    private static void checkContents(JsonObject meta, List<Cause> causes) {
        for (var label : Json.object(meta, "labels").entrySet()) {
            if (!Names.isQualifiedName(label.getKey())) {
                causes.add(Cause.invalid("metadata.labels", label.getKey(), Names.QUALIFIED_RULE));
            }
            if (label.getValue() instanceof JsonPrimitive value && !Names.isLabelValue(value.getAsString())) {
                String why = value.getAsString().length() > LONGEST_LABEL
                        ? "must be no more than " + LONGEST_LABEL + " characters"
                        : Names.LABEL_VALUE;
                causes.add(Cause.invalid("metadata.labels", value.getAsString(), why));
            }
        }
        long size = 0;
        for (var annotation : Json.object(meta, "annotations").entrySet()) {
            if (!Names.isQualifiedName(annotation.getKey().toLowerCase(java.util.Locale.ROOT))) {
                causes.add(Cause.invalid("metadata.annotations", annotation.getKey(), Names.QUALIFIED_RULE));
            }
            size += annotation.getKey().length()
                    + annotation.getValue().toString().length()
                    - 2;
        }
        if (size > ANNOTATIONS_SIZE) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "Too long: may not be more than " + ANNOTATIONS_SIZE + " bytes",
                    "metadata.annotations"));
        }
        checkOwners(meta, causes);
        int i = 0;
        for (String finalizer : Json.strings(meta, "finalizers")) {
            String field = "metadata.finalizers[" + i++ + "]";
            if (!Names.isQualifiedName(finalizer)) {
                causes.add(Cause.invalid("metadata.finalizers", finalizer, Names.QUALIFIED_RULE));
            } else if (!finalizer.contains("/") && !standard(finalizer)) {
                causes.add(Cause.invalid(
                        field, finalizer, "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    private static boolean standard(String finalizer) {
        return switch (finalizer) {
            case "kubernetes", "orphan", "foregroundDeletion" -> true;
            default -> false;
        };
    }

    private static void checkOwners(JsonObject meta, List<Cause> causes) {
        int i = 0;
        String controller = "";
        for (JsonElement element : Json.array(meta, "ownerReferences")) {
            String field = "metadata.ownerReferences[" + i++ + "]";
            if (!(element instanceof JsonObject owner)) {
                continue;
            }
            for (String name : List.of("apiVersion", "kind", "name", "uid")) {
                if (Json.string(owner, name).isEmpty()) {
                    String what = name.equals("apiVersion") ? "version" : name;
                    causes.add(Cause.invalid(
                            field.substring(0, field.indexOf('[')) + "." + name, "", what + " must not be empty"));
                }
            }
            if (owner.get("controller") instanceof JsonPrimitive is && is.getAsBoolean()) {
                String name = Json.string(owner, "kind") + ", Name: " + Json.string(owner, "name");
                if (!controller.isEmpty()) {
                    causes.add(new Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + meta.get("ownerReferences")
                                    + ": Only one reference can have Controller set to true. Found \"true\" in"
                                    + " references for " + controller + " and " + Json.string(owner, "kind") + "/"
                                    + Json.string(owner, "name"),
                            "metadata.ownerReferences"));
                }
                controller = Json.string(owner, "kind") + "/" + name.substring(name.indexOf("Name: ") + 6);
            }
        }
    }

    /** The new object with the metadata that an update cannot leave out. */
    static JsonObject kept(JsonObject wanted, JsonObject before) {
        JsonObject meta = Json.shallow(Meta.of(wanted));
        JsonObject old = Meta.of(before);
        keep(meta, old, "uid", true);
        keep(meta, old, "creationTimestamp", true);
        keep(meta, old, "deletionTimestamp", false);
        keep(meta, old, "deletionGracePeriodSeconds", false);
        meta.remove("resourceVersion");
        meta.remove("selfLink");
        put(meta, "generation", old.get("generation"));
        if (!meta.has("name")) {
            put(meta, "name", old.get("name"));
        }
        if (!meta.has("namespace")) {
            put(meta, "namespace", old.get("namespace"));
        }
        return Json.with(wanted, "metadata", meta);
    }

    private static void keep(JsonObject meta, JsonObject old, String name, boolean always) {
        boolean absent = meta.get(name) == null || meta.get(name).isJsonNull();
        if (absent && (always || old.has(name))) {
            put(meta, name, old.get(name));
        }
    }

    private static void put(JsonObject meta, String name, @Nullable JsonElement value) {
        if (value == null) {
            meta.remove(name);
        } else {
            meta.add(name, value);
        }
    }

    static List<Cause> update(ServedKind kind, JsonObject object, JsonObject before) {
        var causes = new ArrayList<Cause>();
        JsonObject meta = Meta.of(object);
        JsonObject old = Meta.of(before);
        if (Meta.terminating(before)) {
            List<String> known = Meta.finalizers(before);
            List<String> added = Meta.finalizers(object).stream()
                    .filter(finalizer -> !known.contains(finalizer))
                    .toList();
            if (!added.isEmpty()) {
                causes.add(Cause.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + goStrings(added)));
            }
        }
        for (String name : List.of(
                "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            if (!Json.same(meta.get(name), old.get(name))) {
                causes.add(Cause.invalid("metadata." + name, meta.get(name), "field is immutable"));
            }
        }
        checkContents(meta, causes);
        return causes;
    }

    /** As Go prints a list of strings with {@code %#v}. */
    private static String goStrings(List<String> strings) {
        return "[]string{\"" + String.join("\", \"", strings) + "\"}";
    }
}
