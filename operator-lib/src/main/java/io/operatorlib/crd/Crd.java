package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The definition of a custom resource: an immutable value, made from a {@link Kind}. The schema comes from the kind's
 * types (records, Immutables values, client-java's model classes) and the annotations of this package; the status
 * subresource is always on, and the status has {@code conditions} and {@code observedGeneration} whether or not its
 * type names them.
 */
public final class Crd {
    private final Kind<?, ?> kind;
    private final Names names;
    private final List<Column> columns;
    private final Optional<Scale> scale;
    private final List<SchemaRule> rules;
    private final String description;

    private record Names(List<String> shortNames, List<String> categories) {}

    private record Column(String name, String jsonPath, String type) {}

    private record Scale(String specPath, String statusPath, String selectorPath) {}

    private Crd(
            Kind<?, ?> kind,
            Names names,
            List<Column> columns,
            Optional<Scale> scale,
            List<SchemaRule> rules,
            String description) {
        this.kind = kind;
        this.names = names;
        this.columns = List.copyOf(columns);
        this.scale = scale;
        this.rules = List.copyOf(rules);
        this.description = description;
    }

    /** The definition of a kind, with that kind's version as the stored one. */
    public static Crd hub(Kind<?, ?> kind) {
        if (kind.group().isEmpty() || !kind.group().contains(".")) {
            throw new IllegalArgumentException("the group of a custom resource has a dot in it: " + kind);
        }
        return new Crd(kind, new Names(List.of(), List.of()), List.of(), Optional.empty(), List.of(), "");
    }

    /** Further names that kubectl knows it by. */
    public Crd shortNames(String... shortNames) {
        return new Crd(kind, new Names(List.of(shortNames), names.categories), columns, scale, rules, description);
    }

    /** Groups of kinds that kubectl lists it among, for example {@code all}. */
    public Crd categories(String... categories) {
        return new Crd(kind, new Names(names.shortNames, List.of(categories)), columns, scale, rules, description);
    }

    /**
     * One more column of {@code kubectl get}. Where there is any, the age is the last.
     *
     * @param jsonPath for example {@code .spec.size}
     * @param type {@code integer}, {@code number}, {@code string}, {@code boolean} or {@code date}
     */
    public Crd column(String name, String jsonPath, String type) {
        return new Crd(kind, names, plus(columns, new Column(name, jsonPath, type)), scale, rules, description);
    }

    /** One more column, of text. */
    public Crd column(String name, String jsonPath) {
        return column(name, jsonPath, "string");
    }

    /**
     * Turns on the scale subresource, which {@code kubectl scale} and autoscalers use.
     *
     * @param specPath where the wished number is, for example {@code .spec.size}
     * @param statusPath where the observed number is, for example {@code .status.size}
     */
    public Crd scale(String specPath, String statusPath) {
        return scale(specPath, statusPath, "");
    }

    /**
     * Turns on the scale subresource, with a label selector for autoscalers.
     *
     * @param selectorPath where the status has the selector, as text
     */
    public Crd scale(String specPath, String statusPath, String selectorPath) {
        return new Crd(
                kind, names, columns, Optional.of(new Scale(specPath, statusPath, selectorPath)), rules, description);
    }

    /** A rule over the whole object, which may look at {@code self.metadata.name}; see {@link Rule}. */
    public Crd rule(String expression, String message) {
        var rule = new SchemaRule(expression, message, "", "");
        return new Crd(kind, names, columns, scale, plus(rules, rule), description);
    }

    /** What the kind is for, as {@code kubectl explain} shows it. */
    public Crd description(String text) {
        return new Crd(kind, names, columns, scale, rules, text);
    }

    public Kind<?, ?> kind() {
        return kind;
    }

    /** The definition's name, {@code plural.group}. */
    public String name() {
        return kind.plural() + "." + kind.group();
    }

    /** The definition as a manifest in YAML: the same text for the same definition, byte for byte. */
    public String yaml() {
        return Yaml.of(tree());
    }

    /** The definition as a manifest in JSON: the same text for the same definition, byte for byte. */
    public String json() {
        return tree().toString();
    }

    JsonObject tree() {
        var metadata = new JsonObject();
        metadata.addProperty("name", name());
        var tree = new JsonObject();
        tree.addProperty("apiVersion", "apiextensions.k8s.io/v1");
        tree.addProperty("kind", "CustomResourceDefinition");
        tree.add("metadata", metadata);
        tree.add("spec", spec());
        return tree;
    }

    private JsonObject spec() {
        var versions = new JsonArray();
        versions.add(version());
        var spec = new JsonObject();
        spec.addProperty("group", kind.group());
        spec.add("names", names());
        spec.addProperty("scope", kind.namespaced() ? "Namespaced" : "Cluster");
        spec.add("versions", versions);
        return spec;
    }

    private JsonObject names() {
        var json = new JsonObject();
        json.addProperty("kind", kind.kind());
        json.addProperty("listKind", kind.kind() + "List");
        json.addProperty("plural", kind.plural());
        json.addProperty("singular", kind.kind().toLowerCase(Locale.ROOT));
        if (!names.shortNames.isEmpty()) {
            json.add("shortNames", Json.array(names.shortNames));
        }
        if (!names.categories.isEmpty()) {
            json.add("categories", Json.array(names.categories));
        }
        return json;
    }

    private JsonObject version() {
        var schema = new JsonObject();
        schema.add("openAPIV3Schema", new KindSchema(kind, rules, description).tree());
        var json = new JsonObject();
        json.addProperty("name", kind.version());
        json.addProperty("served", true);
        json.addProperty("storage", true);
        json.add("schema", schema);
        json.add("subresources", subresources());
        if (!columns.isEmpty()) {
            json.add("additionalPrinterColumns", columns());
        }
        return json;
    }

    private JsonObject subresources() {
        var json = new JsonObject();
        json.add("status", new JsonObject());
        scale.ifPresent(paths -> {
            var tree = new JsonObject();
            tree.addProperty("specReplicasPath", paths.specPath());
            tree.addProperty("statusReplicasPath", paths.statusPath());
            if (!paths.selectorPath().isEmpty()) {
                tree.addProperty("labelSelectorPath", paths.selectorPath());
            }
            json.add("scale", tree);
        });
        return json;
    }

    private JsonArray columns() {
        var array = new JsonArray();
        for (Column column : plus(columns, new Column("Age", ".metadata.creationTimestamp", "date"))) {
            var json = new JsonObject();
            json.addProperty("name", column.name());
            json.addProperty("jsonPath", column.jsonPath());
            json.addProperty("type", column.type());
            array.add(json);
        }
        return array;
    }

    private static <E> List<E> plus(List<E> list, E more) {
        var all = new ArrayList<>(list);
        all.add(more);
        return all;
    }

    @Override
    public String toString() {
        return name() + "/" + kind.version();
    }
}
