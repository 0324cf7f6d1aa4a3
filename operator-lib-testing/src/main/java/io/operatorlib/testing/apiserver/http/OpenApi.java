package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.ServedKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The OpenAPI v3 documents, one for each group and version: the kinds' schemas, and of their operations the one by
 * which clients find out what a patch may be and whether the server validates fields.
 */
final class OpenApi {
    private static final String ROOT = "/openapi/v3";

    Optional<JsonObject> answer(String path, Accepted accepted, List<ServedKind> kinds) {
        if (!accepted.takes(Statuses.JSON)) {
            return Optional.of(Statuses.notAcceptable());
        }
        Map<String, List<ServedKind>> byPath = new LinkedHashMap<>();
        for (ServedKind kind : kinds) {
            byPath.computeIfAbsent(
                            (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion(),
                            p -> new java.util.ArrayList<>())
                    .add(kind);
        }
        if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            return Optional.of(index(byPath));
        }
        List<ServedKind> served = path.startsWith(ROOT + "/") ? byPath.get(path.substring(ROOT.length() + 1)) : null;
        return Optional.of(served == null ? Statuses.notFound() : document(served));
    }

    private static JsonObject index(Map<String, List<ServedKind>> byPath) {
        JsonObject paths = new JsonObject();
        byPath.forEach((path, kinds) -> {
            CRC32 sum = new CRC32();
            sum.update(document(kinds).toString().getBytes(StandardCharsets.UTF_8));
            JsonObject entry = new JsonObject();
            entry.addProperty("serverRelativeURL", ROOT + "/" + path + "?hash=" + Long.toHexString(sum.getValue()));
            paths.add(path, entry);
        });
        JsonObject index = new JsonObject();
        index.add("paths", paths);
        return index;
    }

    private static JsonObject document(List<ServedKind> kinds) {
        JsonObject info = new JsonObject();
        info.addProperty("title", "Kubernetes");
        info.addProperty("version", "v1.34.0+operatorlib");
        JsonObject paths = new JsonObject();
        JsonObject schemas = new JsonObject();
        for (ServedKind kind : kinds) {
            String base = (kind.group().isEmpty() ? "/api/" : "/apis/")
                    + kind.apiVersion()
                    + (kind.namespaced() ? "/namespaces/{namespace}/" : "/")
                    + kind.plural();
            JsonObject one = new JsonObject();
            one.add("patch", patch(kind));
            paths.add(base + "/{name}", one);
        }
        JsonObject components = new JsonObject();
        components.add("schemas", schemas);
        JsonObject document = new JsonObject();
        document.addProperty("openapi", "3.0.0");
        document.add("info", info);
        document.add("paths", paths);
        document.add("components", components);
        return document;
    }

    private static JsonObject patch(ServedKind kind) {
        JsonArray parameters = new JsonArray();
        for (String name : List.of("dryRun", "fieldManager", "fieldValidation", "force")) {
            JsonObject type = new JsonObject();
            type.addProperty("type", name.equals("force") ? "boolean" : "string");
            type.addProperty("uniqueItems", true);
            JsonObject parameter = new JsonObject();
            parameter.addProperty("name", name);
            parameter.addProperty("in", "query");
            parameter.add("schema", type);
            parameters.add(parameter);
        }
        JsonObject patch = new JsonObject();
        patch.add("parameters", parameters);
        patch.add("x-kubernetes-group-version-kind", groupVersionKind(kind));
        patch.addProperty("x-kubernetes-action", "patch");
        return patch;
    }

    private static JsonObject groupVersionKind(ServedKind kind) {
        JsonObject json = new JsonObject();
        json.addProperty("group", kind.group());
        json.addProperty("version", kind.version());
        json.addProperty("kind", kind.kind());
        return json;
    }
}
