package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.ServedKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the server says that it serves: groups, versions, resources, in the plain form and in the aggregated one.
 *
 * @param kinds the kinds at all their versions
 */
record Discovery(List<ServedKind> kinds) {

    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** {@code /api}. */
    JsonObject versions() {
        JsonObject json = object("APIVersions", "");
        JsonArray versions = new JsonArray();
        versions.add("v1");
        json.add("versions", versions);
        return json;
    }

    /** {@code /apis}. */
    JsonObject groups() {
        JsonObject json = object("APIGroupList", "v1");
        JsonArray groups = new JsonArray();
        groupNames().forEach(name -> groups.add(groupBody(name)));
        json.add("groups", groups);
        return json;
    }

    /** {@code /apis/GROUP}. */
    Optional<JsonObject> group(String name) {
        if (!groupNames().contains(name)) {
            return Optional.empty();
        }
        JsonObject json = object("APIGroup", "v1");
        groupBody(name).entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
        return Optional.of(json);
    }

    /** {@code /api/v1} and {@code /apis/GROUP/VERSION}. */
    Optional<JsonObject> resources(String group, String version) {
        List<ServedKind> served = served(group, version);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        JsonObject json = object("APIResourceList", group.isEmpty() ? "" : "v1");
        json.addProperty("groupVersion", group.isEmpty() ? version : group + "/" + version);
        JsonArray resources = new JsonArray();
        for (ServedKind kind : served) {
            JsonObject resource = new JsonObject();
            resource.addProperty("name", kind.plural());
            resource.addProperty("singularName", kind.singular());
            resource.addProperty("namespaced", kind.namespaced());
            resource.addProperty("kind", kind.kind());
            resource.add("verbs", strings(verbs(kind)));
            addUnlessEmpty(resource, "shortNames", kind.shortNames());
            addUnlessEmpty(resource, "categories", kind.categories());
            resources.add(resource);
            for (Part part : parts(kind)) {
                JsonObject sub = new JsonObject();
                sub.addProperty("name", kind.plural() + "/" + part.name());
                sub.addProperty("singularName", "");
                sub.addProperty("namespaced", kind.namespaced());
                if (!part.group().equals(kind.group())) {
                    sub.addProperty("group", part.group());
                    sub.addProperty("version", part.version());
                }
                sub.addProperty("kind", part.kind());
                sub.add("verbs", strings(part.verbs()));
                resources.add(sub);
            }
        }
        json.add("resources", resources);
        return Optional.of(json);
    }

    /** {@code /api} (the core group alone) or {@code /apis} (all others), everything in one document. */
    JsonObject aggregated(boolean core) {
        JsonObject json = object("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
        json.add("metadata", new JsonObject());
        JsonArray items = new JsonArray();
        for (String group : core ? List.of("") : groupNames()) {
            JsonObject item = new JsonObject();
            JsonObject metadata = new JsonObject();
            if (!core) {
                metadata.addProperty("name", group);
            }
            item.add("metadata", metadata);
            JsonArray versions = new JsonArray();
            for (String version : versionsOf(group)) {
                JsonObject entry = new JsonObject();
                entry.addProperty("version", version);
                JsonArray resources = new JsonArray();
                served(group, version).forEach(kind -> resources.add(aggregated(kind)));
                entry.add("resources", resources);
                entry.addProperty("freshness", "Current");
                versions.add(entry);
            }
            item.add("versions", versions);
            items.add(item);
        }
        json.add("items", items);
        return json;
    }

    private static JsonObject aggregated(ServedKind kind) {
        JsonObject json = new JsonObject();
        json.addProperty("resource", kind.plural());
        json.add("responseKind", responseKind(kind.group(), kind.version(), kind.kind()));
        json.addProperty("scope", kind.namespaced() ? "Namespaced" : "Cluster");
        json.addProperty("singularResource", kind.singular());
        json.add("verbs", strings(verbs(kind)));
        addUnlessEmpty(json, "shortNames", kind.shortNames());
        addUnlessEmpty(json, "categories", kind.categories());
        JsonArray parts = new JsonArray();
        for (Part part : parts(kind)) {
            JsonObject sub = new JsonObject();
            sub.addProperty("subresource", part.name());
            sub.add("responseKind", responseKind(part.group(), part.version(), part.kind()));
            sub.add("verbs", strings(part.verbs()));
            parts.add(sub);
        }
        if (!parts.isEmpty()) {
            json.add("subresources", parts);
        }
        return json;
    }

    private static JsonObject responseKind(String group, String version, String kind) {
        JsonObject json = new JsonObject();
        json.addProperty("group", group);
        json.addProperty("version", version);
        json.addProperty("kind", kind);
        return json;
    }

    /** One subresource: what it takes or gives, and the verbs that it knows. */
    private record Part(String name, String group, String version, String kind, List<String> verbs) {}

    private static List<Part> parts(ServedKind kind) {
        return kind.subresources().stream().map(name -> part(kind, name)).toList();
    }

    private static Part part(ServedKind kind, String name) {
        return switch (name) {
            case "scale" -> new Part(name, "autoscaling", "v1", "Scale", List.of("get", "patch", "update"));
            case "eviction" -> new Part(name, "policy", "v1", "Eviction", List.of("create"));
            case "token" -> new Part(name, "authentication.k8s.io", "v1", "TokenRequest", List.of("create"));
            case "binding" -> new Part(name, kind.group(), kind.version(), "Binding", List.of("create"));
            case "log" -> new Part(name, kind.group(), kind.version(), kind.kind(), List.of("get"));
            case "finalize" -> new Part(name, kind.group(), kind.version(), kind.kind(), List.of("update"));
            case "exec" -> connected(kind, name, "PodExecOptions");
            case "attach" -> connected(kind, name, "PodAttachOptions");
            case "portforward" -> connected(kind, name, "PodPortForwardOptions");
            case "proxy" -> connected(kind, name, kind.kind() + "ProxyOptions");
            default -> new Part(name, kind.group(), kind.version(), kind.kind(), List.of("get", "patch", "update"));
        };
    }

    private static Part connected(ServedKind kind, String name, String options) {
        return new Part(name, kind.group(), kind.version(), options, List.of("create", "get"));
    }

    private static List<String> verbs(ServedKind kind) {
        return kind.kind().endsWith("Review") && !kind.custom() ? List.of("create") : ALL_VERBS;
    }

    private JsonObject groupBody(String name) {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        List<JsonObject> entries = versionsOf(name).stream()
                .map(version -> {
                    JsonObject entry = new JsonObject();
                    entry.addProperty("groupVersion", name + "/" + version);
                    entry.addProperty("version", version);
                    return entry;
                })
                .toList();
        JsonArray versions = new JsonArray();
        entries.forEach(versions::add);
        json.add("versions", versions);
        json.add("preferredVersion", entries.get(0).deepCopy());
        return json;
    }

    /** The groups but the core one: those built in come first, so that their short names win. */
    private List<String> groupNames() {
        Map<String, Boolean> custom = new LinkedHashMap<>();
        kinds.forEach(kind -> custom.merge(kind.group(), kind.custom(), (a, b) -> a && b));
        custom.remove("");
        return custom.keySet().stream()
                .sorted(Comparator.comparing((String name) -> custom.get(name)).thenComparing(name -> name))
                .toList();
    }

    private List<ServedKind> served(String group, String version) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group) && kind.version().equals(version))
                .sorted(Comparator.comparing(ServedKind::plural))
                .toList();
    }

    private List<String> versionsOf(String group) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group))
                .map(ServedKind::version)
                .distinct()
                .sorted(VersionOrder.PREFERRED_FIRST)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static JsonObject object(String kind, String apiVersion) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", kind);
        json.addProperty("apiVersion", apiVersion.isEmpty() ? "v1" : apiVersion);
        return json;
    }

    private static void addUnlessEmpty(JsonObject to, String name, List<String> values) {
        if (!values.isEmpty()) {
            to.add(name, strings(values));
        }
    }

    private static JsonArray strings(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
