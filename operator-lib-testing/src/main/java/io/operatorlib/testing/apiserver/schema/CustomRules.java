package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of a custom kind at one version: what its definition's schema says. */
final class CustomRules implements KindRules {
    private static final Set<String> BLOCKING = Set.of(
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueTypeInvalid");

    private static final Cause UNCHECKED = Cause.invalid(
            "<nil>",
            JsonNull.INSTANCE,
            "some validation rules were not checked because the object was invalid; correct the existing errors to"
                    + " complete validation");

    private final String kind;
    private final String version;
    private final Schema schema;
    private final Schema whole;
    private final Schema metadataSchema;
    private final MetadataRules metadata;
    private final Optional<CelRules> cel;
    private final boolean statusSubresource;
    private final Optional<ScalePaths> scale;

    private CustomRules(JsonObject definition, JsonObject version, ModelSchemas models) {
        JsonObject spec = Json.object(definition, "spec");
        this.kind = Json.text(Json.object(spec, "names"), "kind");
        this.version = Json.text(version, "name");
        this.schema = schema(version);
        this.metadataSchema = models.of(io.kubernetes.client.openapi.models.V1ObjectMeta.class);
        this.whole = schema.withField("apiVersion", Schema.scalar("string", ""))
                .withField("kind", Schema.scalar("string", ""))
                .withField("metadata", metadataSchema);
        this.metadata =
                new MetadataRules(Names.Form.SUBDOMAIN, Json.text(spec, "scope").equals("Namespaced"));
        this.cel = CelRules.of(schema);
        JsonObject subresources = Json.object(version, "subresources");
        this.statusSubresource = subresources.has("status");
        this.scale = ScalePaths.of(Json.object(subresources, "scale"));
    }

    /** The rules of one of a definition's versions. */
    static CustomRules of(JsonObject definition, String version, ModelSchemas models) {
        for (JsonObject candidate : Json.objects(Json.object(definition, "spec"), "versions")) {
            if (Json.text(candidate, "name").equals(version)) {
                return new CustomRules(definition, candidate, models);
            }
        }
        throw new IllegalArgumentException("the definition has no version " + version);
    }

    private static Schema schema(JsonObject version) {
        JsonObject schema = Json.object(version, "schema", "openAPIV3Schema");
        return schema.isEmpty() ? Schema.UNKNOWN.with(Schema.Extensions.NONE.preserving()) : SchemaReader.read(schema);
    }

    @Override
    public Decoded decode(JsonObject sent) {
        List<String> complaints = new ArrayList<>();
        JsonObject object = sent.deepCopy();
        if (object.get("metadata") != null) {
            JsonElement sentMetadata = object.get("metadata");
            if (!(sentMetadata instanceof JsonObject fields)) {
                return new Decoded.Refused(ModelDecoder.context(kind, version) + "json: cannot unmarshal "
                        + Json.type(sentMetadata) + " into Go value of type v1.ObjectMeta");
            }
            Decoded decoded = ModelDecoder.decode(metadataSchema, fields, ModelDecoder.context(kind, version));
            if (!(decoded instanceof Decoded.Read read)) {
                return decoded;
            }
            read.complaints().forEach(path -> complaints.add(unknown("metadata." + path)));
            object.add("metadata", read.object());
        }
        Pruning.prune(schema, object).forEach(path -> complaints.add(unknown(path)));
        return new Decoded.Read(object, complaints);
    }

    private static String unknown(String path) {
        return "unknown field \"" + path + "\"";
    }

    @Override
    public JsonObject read(JsonObject stored) {
        JsonObject object = stored.deepCopy();
        Pruning.prune(schema, object);
        return defaulted(object);
    }

    @Override
    public JsonObject defaulted(JsonObject object) {
        return Defaults.applied(schema, object);
    }

    @Override
    public JsonObject begun(JsonObject object) {
        JsonObject begun = object.deepCopy();
        if (statusSubresource) {
            begun.remove("status");
        }
        return begun;
    }

    @Override
    public List<Cause> create(JsonObject object) {
        List<Cause> causes = wrongKind(object);
        if (!causes.isEmpty()) {
            return causes;
        }
        causes.addAll(metadata.create(Json.object(object, "metadata")));
        causes.addAll(SchemaValidator.validate(schema, object, "", null));
        scale.ifPresent(paths -> causes.addAll(paths.validate(object)));
        causes.addAll(EmbeddedRules.validate(schema, object));
        causes.addAll(ListRules.validate(schema, object));
        return withRules(causes, object, null);
    }

    @Override
    public List<Cause> update(JsonObject object, JsonObject old) {
        List<Cause> causes = wrongKind(object);
        if (!causes.isEmpty()) {
            return causes;
        }
        causes.addAll(metadata.update(Json.object(object, "metadata"), Json.object(old, "metadata")));
        causes.addAll(SchemaValidator.validate(schema, object, "", old));
        scale.ifPresent(paths -> causes.addAll(paths.validate(object)));
        causes.addAll(EmbeddedRules.validate(schema, object));
        causes.addAll(newListCauses(object, old));
        return withRules(causes, object, old);
    }

    @Override
    public List<Cause> updateStatus(JsonObject object, JsonObject old) {
        List<Cause> causes = wrongKind(object);
        if (!causes.isEmpty()) {
            return causes;
        }
        causes.addAll(metadata.update(Json.object(object, "metadata"), Json.object(old, "metadata")));
        Schema status = schema.part("status");
        JsonElement value = object.get("status");
        if (status != null && value != null) {
            causes.addAll(SchemaValidator.validate(status, value, "status", old.get("status")));
        }
        scale.ifPresent(paths -> causes.addAll(paths.validateStatus(object)));
        causes.addAll(newListCauses(object, old));
        return withRules(causes, object, old);
    }

    /** What was wrong with lists before is forgiven. */
    private List<Cause> newListCauses(JsonObject object, JsonObject old) {
        List<Cause> causes = ListRules.validate(schema, object);
        return causes.isEmpty() || !ListRules.validate(schema, old).isEmpty() ? List.of() : causes;
    }

    private List<Cause> withRules(List<Cause> causes, JsonObject object, @Nullable JsonObject old) {
        if (cel.isPresent()) {
            if (causes.stream().anyMatch(cause -> BLOCKING.contains(cause.reason()))) {
                causes.add(UNCHECKED);
            } else {
                causes.addAll(cel.get().validate(object, old));
            }
        }
        return causes;
    }

    private List<Cause> wrongKind(JsonObject object) {
        List<Cause> causes = new ArrayList<>();
        String given = Json.text(object, "kind");
        if (!given.equals(kind)) {
            causes.add(Cause.invalid("kind", given, "must be " + kind));
        }
        return causes;
    }

    @Override
    public List<String> warnings(JsonObject object, JsonObject old) {
        return MetadataRules.finalizerWarnings(Json.object(object, "metadata"), Json.object(old, "metadata"));
    }

    @Override
    public FieldSchema fields() {
        return whole;
    }
}
