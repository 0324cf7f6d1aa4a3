package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules for CustomResourceDefinitions. */
final class DefinitionRules {
    private static final Path SPEC = Path.of("spec");
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");

    private final Checks checks = new Checks();
    private final JsonObject definition;
    private final JsonObject spec;
    private final List<JsonObject> versions;

    private DefinitionRules(JsonObject definition) {
        this.definition = definition;
        this.spec = Json.object(definition, "spec");
        this.versions = Json.objects(spec, "versions");
    }

    static List<Cause> create(JsonObject definition) {
        var rules = new DefinitionRules(definition);
        rules.checkName();
        rules.check();
        return rules.checks.causes();
    }

    static List<Cause> update(JsonObject definition, JsonObject old) {
        var rules = new DefinitionRules(definition);
        rules.check();
        rules.checkChange(old);
        return rules.checks.causes();
    }

    private void checkName() {
        String name = Json.text(Json.object(definition, "metadata"), "name");
        String plural = Json.text(Json.object(spec, "names"), "plural");
        if (!name.equals(plural + "." + Json.text(spec, "group"))) {
            checks.invalid(Path.of("metadata").child("name"), name, "must be spec.names.plural+\".\"+spec.group");
        }
    }

    private void check() {
        String group = Json.text(spec, "group");
        if (checks.present(spec, "group", SPEC)) {
            checks.invalid(SPEC.child("group"), group, Names.subdomain(group));
            if (Names.subdomain(group).isEmpty() && !group.contains(".")) {
                checks.invalid(SPEC.child("group"), group, "should be a domain with at least one dot");
            }
        }
        if (checks.present(spec, "scope", SPEC)) {
            checks.supported(spec, "scope", SPEC, List.of("Cluster", "Namespaced"));
        }
        if (Json.flag(spec, "preserveUnknownFields")) {
            checks.invalid(
                    SPEC.child("preserveUnknownFields"),
                    spec.get("preserveUnknownFields"),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead");
        }
        names(Json.object(spec, "names"));
        storage();
        for (int i = 0; i < versions.size(); i++) {
            version(i);
        }
        conversion();
    }

    private void names(JsonObject names) {
        Path path = SPEC.child("names");
        for (String field : List.of("plural", "singular")) {
            if (checks.present(names, field, path)) {
                checks.invalid(path.child(field), Json.text(names, field), Names.label1035(Json.text(names, field)));
            }
        }
        for (String field : List.of("kind", "listKind")) {
            if (checks.present(names, field, path)) {
                String value = Json.text(names, field);
                List<String> objections = Names.label1035(value.toLowerCase(Locale.ROOT));
                if (!objections.isEmpty()) {
                    checks.invalid(
                            path.child(field),
                            value,
                            "may have mixed case, but should otherwise match: " + String.join(",", objections));
                }
            }
        }
        for (String field : List.of("shortNames", "categories")) {
            List<String> values = Json.texts(names, field);
            for (int i = 0; i < values.size(); i++) {
                checks.invalid(path.child(field).index(i), values.get(i), Names.label1035(values.get(i)));
            }
        }
        String kind = Json.text(names, "kind");
        if (!kind.isEmpty() && kind.equals(Json.text(names, "listKind"))) {
            checks.invalid(path.child("listKind"), kind, "kind and listKind may not be the same");
        }
    }

    private void storage() {
        Set<String> names = new HashSet<>();
        boolean twice = false;
        for (JsonObject version : versions) {
            twice |= !names.add(Json.text(version, "name"));
        }
        if (twice) {
            checks.add(Cause.invalidAs("spec.versions", shown(), "must contain unique version names"));
        }
        List<String> stored = versions.stream()
                .filter(version -> Json.flag(version, "storage"))
                .map(version -> Json.text(version, "name"))
                .toList();
        if (stored.size() == 1) {
            return;
        }
        checks.add(
                Cause.invalidAs("spec.versions", shown(), "must have exactly one version marked as storage version"));
        if (stored.isEmpty()) {
            checks.invalid(
                    Path.of("status").child("storedVersions"),
                    JsonNull.INSTANCE,
                    "must have at least one stored version");
        } else {
            var first = new JsonArray();
            first.add(stored.get(0));
            checks.invalid(
                    Path.of("status").child("storedVersions"),
                    first,
                    "must have the storage version " + stored.get(stored.size() - 1));
        }
    }

    private String shown() {
        return GoStructs.versions(versions);
    }

    /** What is the same in all versions is spoken of as if it stood above them. */
    private Path place(int i, String field) {
        boolean same =
                versions.stream().map(version -> version.get(field)).distinct().count() == 1;
        return same ? SPEC : SPEC.child("versions").index(i);
    }

    private boolean told(int i, String field) {
        return i > 0 && place(i, field).toString().equals("spec");
    }

    private void version(int i) {
        JsonObject version = versions.get(i);
        String name = Json.text(version, "name");
        checks.invalid(SPEC.child("versions").index(i).child("name"), name, Names.label1035(name));
        if (i == 0) {
            checks.invalid(SPEC.child("version"), name, Names.label1035(name));
        }
        schema(i, version);
        if (!told(i, "subresources")) {
            scale(Json.object(version, "subresources"), place(i, "subresources").child("subresources", "scale"));
        }
        if (!told(i, "additionalPrinterColumns")) {
            columns(version, place(i, "additionalPrinterColumns").child("additionalPrinterColumns"));
        }
        if (!told(i, "selectableFields")) {
            selectable(version, place(i, "selectableFields").child("selectableFields"));
        }
    }

    private void schema(int i, JsonObject version) {
        if (!(Json.object(version, "schema").get("openAPIV3Schema") instanceof JsonObject schema)) {
            checks.required(SPEC.child("versions").index(i).child("schema", "openAPIV3Schema"), "");
            return;
        }
        if (!told(i, "schema")) {
            Path place = place(i, "schema");
            Path path = place.toString().equals("spec")
                    ? place.child("validation", "openAPIV3Schema")
                    : place.child("schema", "openAPIV3Schema");
            checks.addAll(StructuralRules.check(schema, path));
        }
    }

    private void scale(JsonObject subresources, Path path) {
        if (!(subresources.get("scale") instanceof JsonObject scale)) {
            return;
        }
        jsonPath(scale, "specReplicasPath", ".spec", path, true);
        jsonPath(scale, "statusReplicasPath", ".status", path, true);
        jsonPath(scale, "labelSelectorPath", ".status", path, false);
    }

    private void jsonPath(JsonObject scale, String field, String parent, Path path, boolean required) {
        String value = Json.text(scale, field);
        if (value.isEmpty()) {
            if (required) {
                checks.required(path.child(field), "");
            }
        } else if (!isSimple(value)) {
            checks.invalid(path.child(field), value, "must be a simple json path starting with .");
        } else if (!value.startsWith(parent + ".")
                && !(field.equals("labelSelectorPath") && value.startsWith(".spec."))) {
            checks.invalid(path.child(field), value, "should be a json path under " + parent);
        }
    }

    private static boolean isSimple(String path) {
        return path.startsWith(".");
    }

    private void columns(JsonObject version, Path path) {
        List<JsonObject> columns = Json.objects(version, "additionalPrinterColumns");
        for (int i = 0; i < columns.size(); i++) {
            JsonObject column = columns.get(i);
            Path at = path.index(i);
            checks.present(column, "name", at);
            String type = Json.text(column, "type");
            if (type.isEmpty()) {
                checks.required(at.child("type"), "must be one of " + String.join(",", COLUMN_TYPES));
            } else if (!COLUMN_TYPES.contains(type)) {
                checks.invalid(at.child("type"), type, "must be one of " + String.join(",", COLUMN_TYPES));
            }
            String jsonPath = Json.text(column, "jsonPath");
            if (jsonPath.isEmpty()) {
                checks.required(at.child("JSONPath"), "");
            } else if (!isSimple(jsonPath)) {
                checks.invalid(at.child("JSONPath"), jsonPath, "must be a simple json path starting with .");
            }
        }
    }

    private void selectable(JsonObject version, Path path) {
        List<JsonObject> fields = Json.objects(version, "selectableFields");
        Schema schema = SchemaReader.read(Json.object(version, "schema", "openAPIV3Schema"));
        for (int i = 0; i < fields.size(); i++) {
            String jsonPath = Json.text(fields.get(i), "jsonPath");
            Path at = path.index(i).child("jsonPath");
            if (jsonPath.isEmpty()) {
                checks.required(at, "");
            } else if (!StructuralRules.hasField(schema, jsonPath)) {
                checks.invalid(at, jsonPath, "is an invalid path: does not refer to a valid field");
            }
        }
    }

    private void conversion() {
        JsonObject conversion = Json.object(spec, "conversion");
        Path path = SPEC.child("conversion");
        checks.supported(conversion, "strategy", path, List.of("None", "Webhook"));
        if (Json.text(conversion, "strategy").equals("Webhook")) {
            JsonObject webhook = Json.object(conversion, "webhook");
            if (!webhook.has("clientConfig")) {
                checks.required(path.child("webhookClientConfig"), "required when strategy is set to Webhook");
            }
            if (Json.array(webhook, "conversionReviewVersions").isEmpty()) {
                checks.required(path.child("conversionReviewVersions"), "");
            }
        }
    }

    private void checkChange(JsonObject old) {
        JsonObject oldSpec = Json.object(old, "spec");
        if (established(old)) {
            unchanged(SPEC.child("scope"), spec.get("scope"), oldSpec.get("scope"));
            JsonObject oldNames = Json.object(oldSpec, "names");
            unchanged(SPEC.child("names", "kind"), Json.object(spec, "names").get("kind"), oldNames.get("kind"));
        }
        unchanged(SPEC.child("group"), spec.get("group"), oldSpec.get("group"));
        JsonObject names = Json.object(spec, "names");
        unchanged(
                SPEC.child("names", "plural"),
                names.get("plural"),
                Json.object(oldSpec, "names").get("plural"));
        List<String> stored = Json.texts(Json.object(old, "status"), "storedVersions");
        for (int i = 0; i < stored.size(); i++) {
            String name = stored.get(i);
            if (versions.stream()
                    .noneMatch(version -> Json.text(version, "name").equals(name))) {
                checks.invalid(
                        Path.of("status").child("storedVersions").index(i),
                        name,
                        "missing from spec.versions; " + name + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data remains persisted in "
                                + name + " and removes " + name + " from status.storedVersions");
            }
        }
    }

    private static boolean established(JsonObject definition) {
        return Json.objects(Json.object(definition, "status"), "conditions").stream()
                .anyMatch(condition -> Json.text(condition, "type").equals("Established")
                        && Json.text(condition, "status").equals("True"));
    }

    private void unchanged(
            Path path,
            @org.jspecify.annotations.Nullable JsonElement after,
            @org.jspecify.annotations.Nullable JsonElement before) {
        if (before != null && !before.equals(after)) {
            checks.invalid(path, after, "field is immutable");
        }
    }
}
