package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Defaults of Kubernetes' own kinds that depend on other fields, and how their objects begin their life. */
final class BuiltInDefaults {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private BuiltInDefaults() {}

    /** Completes an object in place. */
    static void apply(String kind, JsonObject object) {
        JsonObject spec = Json.object(object, "spec");
        switch (kind) {
            case "Pod" -> {
                PodDefaults.spec(spec);
                PodDefaults.pod(spec);
            }
            case "PodTemplate" -> PodDefaults.spec(Json.object(object, "template", "spec"));
            case "Deployment" -> {
                template(spec);
                rolling(Json.object(spec, "strategy"), "{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}");
            }
            case "DaemonSet" -> {
                template(spec);
                rolling(Json.object(spec, "updateStrategy"), "{\"maxUnavailable\":1,\"maxSurge\":0}");
            }
            case "StatefulSet" -> statefulSet(spec);
            case "ReplicaSet", "ReplicationController" -> template(spec);
            case "Job" -> job(spec);
            case "CronJob" -> job(Json.object(spec, "jobTemplate", "spec"));
            case "Service" -> service(spec);
            case "Secret" -> secret(object);
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            case "NetworkPolicy" -> networkPolicy(spec);
            case "Namespace" -> namespace(object, spec);
            case "CustomResourceDefinition" -> definition(spec);
            case "Role", "ClusterRole" -> {
                if (!object.has("rules")) {
                    object.add("rules", com.google.gson.JsonNull.INSTANCE);
                }
            }
            case "EndpointSlice" -> endpointSlice(object);
            default -> {}
        }
    }

    private static void addIfAbsent(JsonObject object, String name, String json) {
        if (!Json.has(object, name)) {
            object.add(name, JsonParser.parseString(json));
        }
    }

    private static void endpointSlice(JsonObject slice) {
        Json.objects(slice, "endpoints").forEach(endpoint -> addIfAbsent(endpoint, "conditions", "{}"));
        for (JsonObject port : Json.objects(slice, "ports")) {
            addIfAbsent(port, "name", "\"\"");
            addIfAbsent(port, "protocol", "\"TCP\"");
        }
    }

    private static void template(JsonObject spec) {
        PodDefaults.spec(Json.object(spec, "template", "spec"));
    }

    private static void rolling(JsonObject strategy, String rollingUpdate) {
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            addIfAbsent(strategy, "rollingUpdate", "{}");
            JsonObject given = Json.object(strategy, "rollingUpdate");
            JsonParser.parseString(rollingUpdate).getAsJsonObject().asMap().forEach((name, value) -> {
                if (!Json.has(given, name)) {
                    given.add(name, value);
                }
            });
        }
    }

    private static void statefulSet(JsonObject spec) {
        template(spec);
        rolling(Json.object(spec, "updateStrategy"), "{\"partition\":0}");
        for (JsonObject claim : Json.objects(spec, "volumeClaimTemplates")) {
            addIfAbsent(claim, "kind", "\"PersistentVolumeClaim\"");
            addIfAbsent(claim, "apiVersion", "\"v1\"");
            addIfAbsent(claim, "status", "{\"phase\":\"Pending\"}");
        }
    }

    private static void job(JsonObject spec) {
        template(spec);
        if (!Json.has(spec, "completions") && !Json.has(spec, "parallelism")) {
            spec.addProperty("completions", 1);
        }
        addIfAbsent(spec, "parallelism", "1");
    }

    private static void service(JsonObject spec) {
        String type = Json.text(spec, "type");
        if (Json.text(spec, "sessionAffinity").equals("ClientIP")) {
            addIfAbsent(spec, "sessionAffinityConfig", "{\"clientIP\":{\"timeoutSeconds\":10800}}");
        }
        for (JsonObject port : Json.objects(spec, "ports")) {
            JsonElement target = port.get("targetPort");
            if (Json.isNull(target) || (!Json.isText(target) && target.getAsInt() == 0)) {
                port.add("targetPort", port.get("port"));
            }
        }
        if (type.equals("ExternalName")) {
            return;
        }
        addIfAbsent(spec, "internalTrafficPolicy", "\"Cluster\"");
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            addIfAbsent(spec, "externalTrafficPolicy", "\"Cluster\"");
        }
        if (type.equals("LoadBalancer")) {
            addIfAbsent(spec, "allocateLoadBalancerNodePorts", "true");
        }
    }

    /** The texts of {@code stringData} are written over the bytes of {@code data}. */
    private static void secret(JsonObject secret) {
        if (secret.get("stringData") instanceof JsonObject texts) {
            JsonObject data = Json.object(secret, "data");
            for (String key : texts.keySet()) {
                byte[] bytes = Json.text(texts, key).getBytes(StandardCharsets.UTF_8);
                data.addProperty(key, Base64.getEncoder().encodeToString(bytes));
            }
            secret.remove("stringData");
            if (!data.isEmpty()) {
                secret.add("data", data);
            }
        }
    }

    private static void binding(JsonObject binding) {
        JsonObject role = Json.object(binding, "roleRef");
        if (!role.isEmpty()) {
            addIfAbsent(role, "apiGroup", "\"" + RBAC + "\"");
        }
        for (JsonObject subject : Json.objects(binding, "subjects")) {
            String kind = Json.text(subject, "kind");
            if (kind.equals("User") || kind.equals("Group")) {
                addIfAbsent(subject, "apiGroup", "\"" + RBAC + "\"");
            }
        }
    }

    private static void networkPolicy(JsonObject spec) {
        addIfAbsent(spec, "podSelector", "{}");
        if (!Json.has(spec, "policyTypes")) {
            var types = new JsonArray();
            types.add("Ingress");
            if (Json.has(spec, "egress")) {
                types.add("Egress");
            }
            spec.add("policyTypes", types);
        }
    }

    private static void namespace(JsonObject namespace, JsonObject spec) {
        JsonObject metadata = Json.object(namespace, "metadata");
        JsonObject labels = Json.object(metadata, "labels");
        String name = Json.text(metadata, "name");
        if (!name.isEmpty()) {
            labels.addProperty("kubernetes.io/metadata.name", name);
            metadata.add("labels", labels);
        }
        namespace.add("spec", spec);
    }

    private static void definition(JsonObject spec) {
        JsonObject names = Json.object(spec, "names");
        String kind = Json.text(names, "kind");
        if (!kind.isEmpty()) {
            addIfAbsent(names, "singular", "\"" + kind.toLowerCase(Locale.ROOT) + "\"");
            addIfAbsent(names, "listKind", "\"" + kind + "List\"");
        }
    }

    /** What the kind sets by itself in a new object; its status is the server's. */
    static void begin(String kind, JsonObject object) {
        JsonObject spec = Json.object(object, "spec");
        switch (kind) {
            case "Pod" -> {
                PodDefaults.admit(spec);
                object.add("spec", spec);
                var status = new JsonObject();
                status.addProperty("phase", "Pending");
                status.add("qosClass", PodDefaults.qosClass(spec));
                object.add("status", status);
            }
            case "Namespace" -> {
                var finalizers = new JsonArray();
                finalizers.add("kubernetes");
                spec.add("finalizers", finalizers);
                object.add("spec", spec);
                status(object, "{\"phase\":\"Active\"}");
            }
            case "PersistentVolumeClaim", "PersistentVolume" -> status(object, "{\"phase\":\"Pending\"}");
            case "Service", "Ingress" -> status(object, "{\"loadBalancer\":{}}");
            case "Deployment", "Job", "CronJob", "ResourceQuota" -> status(object, "{}");
            case "ReplicaSet" -> status(object, "{\"replicas\":0}");
            case "StatefulSet" -> status(object, "{\"replicas\":0,\"availableReplicas\":0}");
            case "DaemonSet" ->
                status(
                        object,
                        "{\"currentNumberScheduled\":0,\"numberMisscheduled\":0,\"desiredNumberScheduled\":0,"
                                + "\"numberReady\":0}");
            case "PodDisruptionBudget" ->
                status(
                        object,
                        "{\"disruptionsAllowed\":0,\"currentHealthy\":0,\"desiredHealthy\":0,\"expectedPods\":0}");
            case "CustomResourceDefinition" -> object.remove("status");
            default -> {}
        }
        if (List.of("PersistentVolumeClaim", "PersistentVolume").contains(kind)) {
            protect(object, kind.equals("PersistentVolume") ? "pv" : "pvc");
        }
        if (kind.equals("Service") && !Json.text(spec, "type").equals("ExternalName")) {
            addIfAbsent(spec, "ipFamilies", "[\"IPv4\"]");
            addIfAbsent(spec, "ipFamilyPolicy", "\"SingleStack\"");
        }
    }

    private static void status(JsonObject object, String json) {
        object.add("status", JsonParser.parseString(json));
    }

    /** A volume that is in use stays until it is not, by a finalizer. */
    private static void protect(JsonObject object, String what) {
        JsonObject metadata = Json.object(object, "metadata");
        JsonArray finalizers = Json.array(metadata, "finalizers");
        String finalizer = "kubernetes.io/" + what + "-protection";
        if (!Json.texts(metadata, "finalizers").contains(finalizer)) {
            finalizers.add(finalizer);
            metadata.add("finalizers", finalizers);
        }
    }
}
