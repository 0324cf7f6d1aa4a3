package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.ServedKind;
import io.operatorlib.testing.apiserver.schema.OpenApiSchemas;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI v3 documents, one for each group and version: the kinds' schemas, and of their operations the one by
 * which clients find out whether the server validates fields.
 *
 * <p><b>Limits:</b> of v2 there is a document in protobuf that describes no kind: {@code kubectl} asks for it where v3
 * does not know a kind, and takes nothing but protobuf.
 */
final class OpenApi {
    static final String V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /** The same without the character that no media type may have. */
    static final String V2_REPLY = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final String ROOT = "/openapi/v3";
    private static final String TITLE = "Kubernetes";
    private static final String VERSION = "v1.34.0+operatorlib";

    /** The documents of what was served when they were last asked for: they are large, and change seldom. */
    private volatile @Nullable Documented last;

    private record Documented(List<ServedKind> kinds, Map<String, String> byPath, JsonObject index) {
        boolean isOf(List<ServedKind> others) {
            if (others.size() != kinds.size()) {
                return false;
            }
            for (int i = 0; i < others.size(); i++) {
                if (!same(others.get(i), kinds.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** A kind is made anew whenever its definition changes, so that the object itself tells. */
        @SuppressWarnings("ReferenceEquality")
        private static boolean same(ServedKind one, ServedKind other) {
            return one == other;
        }
    }

    /** The document under a path, in JSON, or a refusal. */
    Answer answer(String path, Accepted accepted, List<ServedKind> kinds) {
        if (!accepted.takes(Statuses.JSON)) {
            return new Answer("", Optional.of(Statuses.notAcceptable()));
        }
        Documented documented = documented(kinds);
        if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            return new Answer(documented.index().toString(), Optional.empty());
        }
        String document =
                path.startsWith(ROOT + "/") ? documented.byPath().get(path.substring(ROOT.length() + 1)) : null;
        return document == null
                ? new Answer("", Optional.of(Statuses.notFound()))
                : new Answer(document, Optional.empty());
    }

    /** The document of v2: field 1 says "2.0", field 2 is its title and version. */
    static byte[] v2() {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        field(info, 1, TITLE.getBytes(StandardCharsets.UTF_8));
        field(info, 2, VERSION.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        field(document, 1, "2.0".getBytes(StandardCharsets.UTF_8));
        field(document, 2, info.toByteArray());
        return document.toByteArray();
    }

    private static void field(ByteArrayOutputStream to, int number, byte[] bytes) {
        to.write((number << 3) | 2);
        to.write(bytes.length);
        to.writeBytes(bytes);
    }

    /**
     * What is answered.
     *
     * @param refusal why there is no document
     */
    record Answer(String document, Optional<JsonObject> refusal) {}

    private Documented documented(List<ServedKind> kinds) {
        Documented known = last;
        if (known == null || !known.isOf(kinds)) {
            known = document(kinds);
            last = known;
        }
        return known;
    }

    private static Documented document(List<ServedKind> kinds) {
        Map<String, List<ServedKind>> groups = new TreeMap<>();
        for (ServedKind kind : kinds) {
            groups.computeIfAbsent(
                            (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion(), p -> new ArrayList<>())
                    .add(kind);
        }
        Map<String, String> byPath = new TreeMap<>();
        JsonObject paths = new JsonObject();
        groups.forEach((path, served) -> {
            String document = documentOf(served).toString();
            byPath.put(path, document);
            CRC32 sum = new CRC32();
            sum.update(document.getBytes(StandardCharsets.UTF_8));
            JsonObject entry = new JsonObject();
            entry.addProperty("serverRelativeURL", ROOT + "/" + path + "?hash=" + Long.toHexString(sum.getValue()));
            paths.add(path, entry);
        });
        JsonObject index = new JsonObject();
        index.add("paths", paths);
        return new Documented(kinds, byPath, index);
    }

    private static JsonObject documentOf(List<ServedKind> kinds) {
        JsonObject info = new JsonObject();
        info.addProperty("title", TITLE);
        info.addProperty("version", VERSION);
        JsonObject paths = new JsonObject();
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
        components.add(
                "schemas",
                OpenApiSchemas.v3(kinds.stream()
                        .map(kind -> new OpenApiSchemas.Entry(kind.group(), kind.version(), kind.kind(), kind.rules()))
                        .toList()));
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
        JsonObject groupVersionKind = new JsonObject();
        groupVersionKind.addProperty("group", kind.group());
        groupVersionKind.addProperty("version", kind.version());
        groupVersionKind.addProperty("kind", kind.kind());
        JsonObject patch = new JsonObject();
        patch.add("parameters", parameters);
        patch.add("x-kubernetes-group-version-kind", groupVersionKind);
        patch.addProperty("x-kubernetes-action", "patch");
        return patch;
    }
}
