package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** The most important rules of Kubernetes' own kinds, beside those for every object's metadata. */
final class BuiltInValidation {
    private static final Path SPEC = Path.of("spec");

    /** Priorities above are for the system. */
    private static final int HIGHEST_PRIORITY = 1_000_000_000;

    private BuiltInValidation() {}

    static List<Cause> create(String kind, JsonObject object) {
        var checks = new Checks();
        JsonObject spec = Json.object(object, "spec");
        switch (kind) {
            case "Pod" -> PodRules.check(checks, spec, SPEC);
            case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" -> WorkloadRules.check(checks, kind, spec);
            case "Job" -> WorkloadRules.job(checks, spec, SPEC);
            case "CronJob" -> WorkloadRules.cronJob(checks, spec);
            case "Service" -> ServiceRules.check(checks, spec);
            case "Endpoints" -> ServiceRules.endpoints(checks, object);
            case "EndpointSlice" -> ServiceRules.slice(checks, object);
            case "ConfigMap" -> ConfigRules.configMap(checks, object);
            case "Secret" -> ConfigRules.secret(checks, object);
            case "PersistentVolumeClaim" -> StorageRules.claim(checks, spec, SPEC);
            case "PersistentVolume" -> StorageRules.volume(checks, spec);
            case "StorageClass" -> StorageRules.storageClass(checks, object);
            case "Role", "ClusterRole" -> AccessRules.role(checks, object, kind.equals("Role"));
            case "RoleBinding", "ClusterRoleBinding" -> AccessRules.binding(checks, object, kind.equals("RoleBinding"));
            case "PodDisruptionBudget" -> disruptionBudget(checks, spec);
            case "Lease" -> lease(checks, spec);
            case "NetworkPolicy" -> networkPolicy(checks, spec);
            case "PriorityClass" -> priorityClass(checks, object);
            case "Event" -> event(checks, object);
            case "CustomResourceDefinition" -> checks.addAll(DefinitionRules.create(object));
            default -> {}
        }
        return checks.causes();
    }

    static List<Cause> update(String kind, JsonObject object, JsonObject old) {
        var checks = new Checks();
        JsonObject spec = Json.object(object, "spec");
        JsonObject oldSpec = Json.object(old, "spec");
        switch (kind) {
            case "PersistentVolumeClaim" -> {
                StorageRules.claimUpdate(checks, object, old);
                return checks.causes();
            }
            case "CustomResourceDefinition" -> {
                return DefinitionRules.update(object, old);
            }
            case "StorageClass" -> StorageRules.storageClassUpdate(checks, object, old);
            default -> checks.addAll(create(kind, object));
        }
        switch (kind) {
            case "Pod" -> PodUpdateRules.check(checks, spec, oldSpec);
            case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" ->
                WorkloadRules.update(checks, kind, spec, oldSpec);
            case "Service" -> ServiceRules.update(checks, spec, oldSpec);
            case "EndpointSlice" -> ServiceRules.sliceUpdate(checks, object, old);
            case "ConfigMap", "Secret" -> ConfigRules.update(checks, kind, object, old);
            case "RoleBinding", "ClusterRoleBinding" -> AccessRules.bindingUpdate(checks, object, old);
            default -> {}
        }
        return checks.causes();
    }

    static List<Cause> status(String kind, JsonObject object) {
        var checks = new Checks();
        WorkloadRules.status(checks, kind, Json.object(object, "status"));
        return checks.causes();
    }

    private static void disruptionBudget(Checks checks, JsonObject spec) {
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            checks.add(Cause.invalidAs(
                    "spec", GoStructs.disruptionBudget(spec), "minAvailable and maxUnavailable cannot be both set"));
        }
        checks.amount(spec, "minAvailable", SPEC);
        checks.amount(spec, "maxUnavailable", SPEC);
        checks.selector(Json.object(spec, "selector"), SPEC.child("selector"));
    }

    private static void lease(Checks checks, JsonObject spec) {
        Long duration = Json.integer(spec, "leaseDurationSeconds");
        if (duration != null && duration <= 0) {
            checks.invalid(
                    SPEC.child("leaseDurationSeconds"), spec.get("leaseDurationSeconds"), "must be greater than 0");
        }
        checks.nonNegative(spec, "leaseTransitions", SPEC);
    }

    private static void networkPolicy(Checks checks, JsonObject spec) {
        checks.selector(Json.object(spec, "podSelector"), SPEC.child("podSelector"));
        for (String direction : List.of("ingress", "egress")) {
            List<JsonObject> rules = Json.objects(spec, direction);
            for (int i = 0; i < rules.size(); i++) {
                networkRule(checks, rules.get(i), SPEC.child(direction).index(i));
            }
        }
        List<String> types = Json.texts(spec, "policyTypes");
        for (int i = 0; i < types.size(); i++) {
            checks.supported(types.get(i), SPEC.child("policyTypes").index(i), List.of("Ingress", "Egress"));
        }
    }

    private static void networkRule(Checks checks, JsonObject rule, Path path) {
        List<JsonObject> ports = Json.objects(rule, "ports");
        for (int i = 0; i < ports.size(); i++) {
            Path at = path.child("ports").index(i);
            checks.supported(ports.get(i), "protocol", at, List.of("TCP", "UDP", "SCTP"));
            JsonElement port = ports.get(i).get("port");
            if (port != null) {
                checks.portOrName(port, at.child("port"));
            }
        }
        for (String side : List.of("from", "to")) {
            List<JsonObject> peers = Json.objects(rule, side);
            for (int i = 0; i < peers.size(); i++) {
                if (peers.get(i).isEmpty()) {
                    checks.required(path.child(side).index(i), "must specify a peer");
                }
            }
        }
    }

    private static void priorityClass(Checks checks, JsonObject object) {
        if (Json.integer(object, "value", 0) > HIGHEST_PRIORITY) {
            checks.forbidden(
                    Path.of("value"), "maximum allowed value of a user defined priority is " + HIGHEST_PRIORITY);
        }
        checks.supported(object, "preemptionPolicy", Path.ROOT, List.of("Never", "PreemptLowerPriority"));
    }

    private static void event(Checks checks, JsonObject event) {
        String field = event.has("regarding") ? "regarding" : "involvedObject";
        String namespace = Json.text(Json.object(event, field), "namespace");
        String own = Json.text(Json.object(event, "metadata"), "namespace");
        boolean elsewhere = namespace.isEmpty() ? !own.equals("default") : !namespace.equals(own);
        if (elsewhere && event.has(field)) {
            checks.invalid(Path.of(field).child("namespace"), namespace, "does not match event.namespace");
        }
    }
}
