package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules of one of Kubernetes' own kinds. */
final class BuiltInRules implements KindRules {
    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "Namespace",
            "Node",
            "PersistentVolume",
            "StorageClass",
            "PriorityClass",
            "RuntimeClass",
            "IngressClass",
            "CSIDriver",
            "CSINode",
            "VolumeAttachment",
            "ClusterRole",
            "ClusterRoleBinding",
            "CustomResourceDefinition",
            "APIService",
            "CertificateSigningRequest",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "FlowSchema",
            "PriorityLevelConfiguration");

    /** Requests in the form of objects: nothing is stored of them, and they need no name. */
    private static final Set<String> NAMELESS = Set.of(
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
            "LocalSubjectAccessReview",
            "TokenReview",
            "SelfSubjectReview",
            "TokenRequest");

    private final String group;
    private final String version;
    private final String kind;
    private final Schema schema;
    private final MetadataRules metadata;

    private BuiltInRules(String group, String version, String kind, Schema schema) {
        this.group = group;
        this.version = version;
        this.kind = kind;
        this.schema = schema;
        this.metadata = new MetadataRules(nameForm(group, kind), !CLUSTER_SCOPED.contains(kind));
    }

    /**
     * The rules of a kind.
     *
     * @throws IllegalArgumentException if client-java has no model class for it
     */
    static BuiltInRules of(String group, String version, String kind, ModelSchemas models) {
        Class<?> model = ModelSchemas.model(group, version, kind)
                .orElseThrow(() -> new IllegalArgumentException("no model class for " + kind + " of " + group));
        return new BuiltInRules(group, version, kind, models.of(model));
    }

    private static Names.Form nameForm(String group, String kind) {
        if (group.equals("rbac.authorization.k8s.io")) {
            return Names.Form.PATH_SEGMENT;
        }
        return switch (kind) {
            case "Namespace" -> Names.Form.LABEL;
            case "Service" -> Names.Form.LABEL_1035;
            default -> Names.Form.SUBDOMAIN;
        };
    }

    @Override
    public Decoded decode(JsonObject sent) {
        Decoded decoded = ModelDecoder.decode(schema, sent, ModelDecoder.context(kind, version));
        if (decoded instanceof Decoded.Read read) {
            List<String> complaints = read.complaints().stream()
                    .map(path -> "unknown field \"" + path + "\"")
                    .toList();
            return new Decoded.Read(read.object(), complaints);
        }
        return decoded;
    }

    @Override
    public JsonObject defaulted(JsonObject object) {
        JsonObject complete = object.deepCopy();
        Defaults.apply(schema, complete);
        BuiltInDefaults.apply(kind, complete);
        return complete;
    }

    @Override
    public JsonObject begun(JsonObject object) {
        JsonObject begun = object.deepCopy();
        BuiltInDefaults.begin(kind, begun);
        return begun;
    }

    @Override
    public List<Cause> create(JsonObject object) {
        if (NAMELESS.contains(kind)) {
            return List.of();
        }
        List<Cause> causes = new ArrayList<>(metadata.create(Json.object(object, "metadata")));
        finalizers(causes, Json.object(object, "metadata"));
        causes.addAll(BuiltInValidation.create(kind, object));
        return causes;
    }

    @Override
    public List<Cause> update(JsonObject object, JsonObject old) {
        List<Cause> causes =
                new ArrayList<>(metadata.update(Json.object(object, "metadata"), Json.object(old, "metadata")));
        causes.addAll(BuiltInValidation.update(kind, object, old));
        return causes;
    }

    @Override
    public List<Cause> updateStatus(JsonObject object, JsonObject old) {
        List<Cause> causes =
                new ArrayList<>(metadata.update(Json.object(object, "metadata"), Json.object(old, "metadata")));
        causes.addAll(BuiltInValidation.status(kind, object));
        return causes;
    }

    /** Kubernetes' own kinds in the core group take no finalizers of unclear origin. */
    private void finalizers(List<Cause> causes, JsonObject object) {
        List<String> finalizers = Json.texts(object, "finalizers");
        for (int i = 0; i < finalizers.size() && group.isEmpty(); i++) {
            String finalizer = finalizers.get(i);
            boolean standard =
                    Set.of("orphan", "foregroundDeletion", "kubernetes").contains(finalizer);
            if (!finalizer.contains("/") && !standard) {
                causes.add(Cause.invalid(
                        "metadata.finalizers[" + i + "]",
                        finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    @Override
    public FieldSchema fields() {
        return schema;
    }
}
