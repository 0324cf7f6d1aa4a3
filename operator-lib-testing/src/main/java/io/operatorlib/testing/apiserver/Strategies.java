package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What differs from kind to kind when objects are written. */
final class Strategies {
    private static final Set<String> WITHOUT_GENERATION = Set.of(
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Service",
            "Endpoints",
            "Event",
            "ResourceQuota",
            "LimitRange",
            "ControllerRevision",
            "Lease",
            "StorageClass",
            "ClusterRole",
            "ClusterRoleBinding",
            "Role",
            "RoleBinding");

    private final Store store;
    private final ServiceAddresses addresses;

    Strategies(Store store) {
        this.store = store;
        this.addresses = new ServiceAddresses(store);
    }

    static boolean countsGenerations(ServedKind kind) {
        return kind.custom() || !WITHOUT_GENERATION.contains(kind.kind());
    }

    /** Tells whether a PUT without a resource version replaces whatever is there. */
    boolean unconditional(ServedKind kind) {
        return !kind.custom()
                && switch (kind.kind()) {
                    case "Lease",
                            "CustomResourceDefinition",
                            "PodDisruptionBudget",
                            "StorageClass",
                            "PriorityClass",
                            "EndpointSlice" -> false;
                    default -> true;
                };
    }

    /** Tells whether a PUT of an object that is not there creates it. */
    boolean createsOnUpdate(ServedKind kind) {
        return !kind.custom()
                && switch (kind.kind()) {
                    case "Lease",
                            "Event",
                            "Endpoints",
                            "Service",
                            "Node",
                            "ClusterRole",
                            "ClusterRoleBinding",
                            "Role",
                            "RoleBinding",
                            "LimitRange",
                            "ResourceQuota" ->
                        kind.kind().equals("Lease")
                                || kind.kind().equals("Event")
                                || kind.kind().equals("Endpoints")
                                || kind.kind().equals("LimitRange");
                    default -> false;
                };
    }

    /** The namespace of a new object must be there, and stay. */
    void admitNamespace(ServedKind kind, JsonObject object) {
        if (!kind.namespaced()) {
            return;
        }
        String name = Meta.namespace(object);
        Stored namespace = store.get("namespaces", name);
        if (namespace == null) {
            throw ApiError.notFound("", "namespaces", name);
        }
        if (Meta.terminating(namespace.json())) {
            throw ApiError.terminatingNamespace(kind, Meta.name(object), name);
        }
    }

    /** A new object, with what the server adds to its kind. */
    JsonObject begun(ServedKind kind, JsonObject object) {
        if (kind.resource().equals(Kinds.CRDS)) {
            return Definitions.begun(object);
        }
        if (kind.custom() || !kind.group().isEmpty()) {
            return object;
        }
        return switch (kind.kind()) {
            case "Namespace" -> namespace(object);
            case "Service" -> addresses.given(object);
            default -> object;
        };
    }

    private static JsonObject namespace(JsonObject object) {
        JsonObject meta = Json.shallow(Meta.of(object));
        JsonObject labels = Json.shallow(Json.object(meta, "labels"));
        labels.addProperty("kubernetes.io/metadata.name", Meta.name(object));
        meta.add("labels", labels);
        JsonObject spec = Json.shallow(Json.object(object, "spec"));
        if (!Json.strings(spec, "finalizers").contains("kubernetes")) {
            var finalizers = new JsonArray();
            Json.array(spec, "finalizers").forEach(finalizers::add);
            finalizers.add("kubernetes");
            spec.add("finalizers", finalizers);
        }
        var status = new JsonObject();
        status.addProperty("phase", "Active");
        return Json.with(Json.with(Json.with(object, "metadata", meta), "spec", spec), "status", status);
    }

    /** The part of a configuration that the main resource, or a subresource, takes. */
    static JsonObject applicable(ServedKind kind, String subresource, JsonObject configuration) {
        if (subresource.isEmpty()) {
            return kind.has("status") ? Json.with(configuration, "status", (JsonElement) null) : configuration;
        }
        var taken = new JsonObject();
        for (String name :
                List.of("apiVersion", "kind", "metadata", subresource.equals("status") ? "status" : "spec")) {
            if (configuration.has(name)) {
                taken.add(name, configuration.get(name));
            }
        }
        JsonObject meta = Json.shallow(Meta.of(configuration));
        meta.keySet().retainAll(List.of("name", "namespace", "uid", "resourceVersion", "managedFields"));
        taken.add("metadata", meta);
        return taken;
    }

    /** What an update through the main resource, or through a subresource, makes of an object. */
    JsonObject updated(ServedKind kind, String subresource, JsonObject next, JsonObject before) {
        return switch (subresource) {
            case "status" -> status(kind, next, before);
            case "binding" -> next;
            case "finalize" -> finalized(next, before);
            default -> main(kind, next, before);
        };
    }

    private static JsonObject status(ServedKind kind, JsonObject next, JsonObject before) {
        if (!kind.custom() && !kind.resource().equals(Kinds.CRDS)) {
            return builtInStatus(kind, next, before);
        }
        JsonObject result = Json.with(before, "status", next.get("status"));
        JsonElement fields = Meta.of(next).get("managedFields");
        return Meta.with(Meta.with(result, "managedFields", fields), "resourceVersion", (JsonElement) null);
    }

    /** Kubernetes' own kinds take most of the metadata with a status. */
    private static JsonObject builtInStatus(ServedKind kind, JsonObject next, JsonObject before) {
        JsonObject result = Json.with(next, "spec", before.get("spec"));
        String kept = switch (kind.kind()) {
            case "Pod" -> "ownerReferences";
            case "Deployment", "DaemonSet" -> "labels";
            default -> "";
        };
        return kept.isEmpty() ? result : Meta.with(result, kept, Meta.of(before).get(kept));
    }

    private static JsonObject finalized(JsonObject next, JsonObject before) {
        JsonObject spec = Json.with(
                Json.object(before, "spec"),
                "finalizers",
                Json.object(next, "spec").get("finalizers"));
        return Meta.with(Json.with(before, "spec", spec), "resourceVersion", (JsonElement) null);
    }

    private JsonObject main(ServedKind kind, JsonObject next, JsonObject before) {
        JsonObject result = next;
        if (kind.has("status")) {
            result = Json.with(result, "status", before.get("status"));
        }
        if (kind.kind().equals("Service") && kind.group().isEmpty()) {
            result = addresses.kept(result, before);
        }
        if (countsGenerations(kind) && contentChanged(kind, result, before)) {
            result = Meta.with(result, "generation", Meta.generation(before) + 1);
        }
        return result;
    }

    private static boolean contentChanged(ServedKind kind, JsonObject next, JsonObject before) {
        if (!kind.custom()) {
            return !Json.same(next.get("spec"), before.get("spec"));
        }
        var names = new ArrayList<>(next.keySet());
        names.addAll(before.keySet());
        names.removeAll(List.of("apiVersion", "kind", "metadata"));
        if (kind.has("status")) {
            names.removeAll(List.of("status"));
        }
        return names.stream().anyMatch(name -> !java.util.Objects.equals(next.get(name), before.get(name)));
    }
}
