package io.operatorlib.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One version of a custom resource: an immutable value, made from a {@link Kind}. It is served, and not deprecated,
 * unless told otherwise.
 */
public final class CrdVersion {
    private final Kind<?, ?> kind;
    private final Shape shape;
    private final Life life;

    /** What an object of the version looks like, and what the API offers besides. */
    private record Shape(
            String description,
            List<SchemaRule> rules,
            List<Column> columns,
            List<String> selectable,
            Optional<Scale> scale,
            boolean preserving,
            boolean strict) {
        private static final Shape PLAIN =
                new Shape("", List.of(), List.of(), List.of(), Optional.empty(), false, false);
    }

    private record Column(String name, String jsonPath, String type) {
        private static final Column AGE = new Column("Age", ".metadata.creationTimestamp", "date");
    }

    private record Scale(String specPath, String statusPath, String selectorPath) {}

    /**
     * Where a version stands between its beginning and its end.
     *
     * @param warning what who uses it is told; empty text for Kubernetes' own words
     */
    private record Life(boolean served, boolean deprecated, String warning) {}

    private CrdVersion(Kind<?, ?> kind, Shape shape, Life life) {
        this.kind = kind;
        this.shape = shape;
        this.life = life;
    }

    /** The version of a kind, with the schema of its types. */
    public static CrdVersion of(Kind<?, ?> kind) {
        return new CrdVersion(kind, Shape.PLAIN, new Life(true, false, ""));
    }

    private CrdVersion with(Shape other) {
        return new CrdVersion(kind, other, life);
    }

    /**
     * One more column of {@code kubectl get}. Where there is any, the age is the last.
     *
     * @param jsonPath for example {@code .spec.size}
     * @param type {@code integer}, {@code number}, {@code string}, {@code boolean} or {@code date}
     */
    public CrdVersion column(String name, String jsonPath, String type) {
        var columns = plus(shape.columns, new Column(name, jsonPath, type));
        return with(new Shape(
                shape.description,
                shape.rules,
                columns,
                shape.selectable,
                shape.scale,
                shape.preserving,
                shape.strict));
    }

    /**
     * Turns on the scale subresource.
     *
     * @param selectorPath where the status has the label selector, as text; empty for none
     */
    public CrdVersion scale(String specPath, String statusPath, String selectorPath) {
        var scale = Optional.of(new Scale(specPath, statusPath, selectorPath));
        return with(new Shape(
                shape.description,
                shape.rules,
                shape.columns,
                shape.selectable,
                scale,
                shape.preserving,
                shape.strict));
    }

    /** A rule over the whole object; see {@link Rule}. */
    public CrdVersion rule(String expression, String message) {
        var rules = plus(shape.rules, SchemaRule.of(expression, message));
        return with(new Shape(
                shape.description,
                rules,
                shape.columns,
                shape.selectable,
                shape.scale,
                shape.preserving,
                shape.strict));
    }

    /** What the kind is for, as {@code kubectl explain} shows it. */
    public CrdVersion description(String text) {
        return with(new Shape(
                text, shape.rules, shape.columns, shape.selectable, shape.scale, shape.preserving, shape.strict));
    }

    /**
     * Fields by which lists and watches can select, besides the name and the namespace; Kubernetes 1.31 and later.
     *
     * @param jsonPaths for example {@code .spec.mode}
     */
    public CrdVersion selectable(String... jsonPaths) {
        return with(new Shape(
                shape.description,
                shape.rules,
                shape.columns,
                List.of(jsonPaths),
                shape.scale,
                shape.preserving,
                shape.strict));
    }

    /** Keeps fields of the spec and the status that the types do not name: of an old version, whose clients had them. */
    public CrdVersion preservingUnknown() {
        return with(new Shape(
                shape.description, shape.rules, shape.columns, shape.selectable, shape.scale, true, shape.strict));
    }

    /** Requires a spec, as the hub does: of a version that is to become the hub, or was it. */
    public CrdVersion strict() {
        return with(new Shape(
                shape.description, shape.rules, shape.columns, shape.selectable, shape.scale, shape.preserving, true));
    }

    /**
     * Warns whoever uses this version.
     *
     * @param warning what to use instead; empty for Kubernetes' own words
     */
    public CrdVersion deprecated(String warning) {
        return new CrdVersion(kind, shape, new Life(life.served, true, warning));
    }

    /** Serves the version no more; its name stays, for objects that are still stored in it. */
    public CrdVersion unserved() {
        return new CrdVersion(kind, shape, new Life(false, life.deprecated, life.warning));
    }

    boolean isServed() {
        return life.served;
    }

    public Kind<?, ?> kind() {
        return kind;
    }

    /** The entry of {@code spec.versions}. */
    JsonObject tree(boolean hub) {
        var schema = new JsonObject();
        schema.add(
                "openAPIV3Schema",
                new KindSchema(kind, hub, hub || shape.strict, shape.preserving).tree(shape.description, shape.rules));
        var json = new JsonObject();
        json.addProperty("name", kind.version());
        json.addProperty("served", life.served);
        json.addProperty("storage", hub);
        if (life.deprecated) {
            json.addProperty("deprecated", true);
            if (!life.warning.isEmpty()) {
                json.addProperty("deprecationWarning", life.warning);
            }
        }
        json.add("schema", schema);
        json.add("subresources", subresources());
        if (!shape.selectable.isEmpty()) {
            json.add("selectableFields", selectableFields());
        }
        if (!shape.columns.isEmpty()) {
            json.add("additionalPrinterColumns", columns());
        }
        return json;
    }

    private JsonObject subresources() {
        var json = new JsonObject();
        json.add("status", new JsonObject());
        shape.scale.ifPresent(paths -> {
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

    private JsonArray selectableFields() {
        var array = new JsonArray();
        for (String path : shape.selectable) {
            array.add(Json.with(new JsonObject(), "jsonPath", new JsonPrimitive(path)));
        }
        return array;
    }

    private JsonArray columns() {
        var array = new JsonArray();
        for (Column column : plus(shape.columns, Column.AGE)) {
            var json = new JsonObject();
            json.addProperty("name", column.name());
            json.addProperty("jsonPath", column.jsonPath());
            json.addProperty("type", column.type());
            array.add(json);
        }
        return array;
    }

    static <E> List<E> plus(List<E> list, E more) {
        var all = new ArrayList<>(list);
        all.add(more);
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return kind.version();
    }
}
