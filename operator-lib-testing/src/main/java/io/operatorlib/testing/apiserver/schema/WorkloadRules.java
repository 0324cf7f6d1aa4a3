package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for the kinds that make pods: deployments, replica sets, stateful sets, daemon sets, jobs. */
final class WorkloadRules {
    private static final Path SPEC = Path.of("spec");
    private static final Path TEMPLATE = SPEC.child("template");

    private static final Set<String> STATEFUL_SET_MUTABLE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private WorkloadRules() {}

    static void check(Checks checks, String kind, JsonObject spec) {
        checks.nonNegative(spec, "replicas", SPEC);
        checks.nonNegative(spec, "minReadySeconds", SPEC);
        checks.nonNegative(spec, "revisionHistoryLimit", SPEC);
        switch (kind) {
            case "Deployment" -> deploymentStrategy(checks, Json.object(spec, "strategy"));
            case "StatefulSet" -> statefulSet(checks, spec);
            default -> {}
        }
        selector(checks, kind, spec);
        template(checks, Json.object(spec, "template"), TEMPLATE);
        String policy = Json.text(Json.object(spec, "template", "spec"), "restartPolicy");
        if (!policy.equals("Always")) {
            checks.supported(policy, TEMPLATE.child("spec", "restartPolicy"), List.of("Always"));
        }
    }

    private static void template(Checks checks, JsonObject template, Path path) {
        JsonObject metadata = Json.object(template, "metadata");
        checks.addAll(MetadataRules.labels(Json.object(metadata, "labels"), path.child("labels")));
        PodRules.check(checks, Json.object(template, "spec"), path.child("spec"));
    }

    private static void selector(Checks checks, String kind, JsonObject spec) {
        Path at = SPEC.child("selector");
        boolean daemons = kind.equals("DaemonSet");
        if (!spec.has("selector")) {
            if (!daemons) {
                checks.required(at, "");
            }
        }
        JsonObject selector = Json.object(spec, "selector");
        var own = new Checks();
        own.selector(selector, at);
        checks.addAll(own.causes());
        if (spec.has("selector") && selector.isEmpty()) {
            String name = kind.equals("ReplicaSet") ? "deployment" : kind.toLowerCase(java.util.Locale.ROOT);
            checks.invalid(at, selector, "empty selector is invalid for " + name);
        }
        if (!own.clean()) {
            if (!daemons) {
                checks.invalid(at, selector, kind.equals("StatefulSet") ? "" : "invalid label selector");
            }
            return;
        }
        JsonElement labels = Json.object(spec, "template", "metadata").get("labels");
        if ((!selector.isEmpty() || !spec.has("selector")) && !Selectors.matches(selector, labels)) {
            checks.invalid(
                    TEMPLATE.child("metadata", "labels"),
                    labels == null ? JsonNull.INSTANCE : labels,
                    "`selector` does not match template `labels`");
        }
    }

    private static void deploymentStrategy(Checks checks, JsonObject strategy) {
        Path at = SPEC.child("strategy");
        String type = Json.text(strategy, "type");
        switch (type) {
            case "Recreate" -> {
                if (strategy.has("rollingUpdate")) {
                    checks.forbidden(
                            at.child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" ->
                rollingUpdate(checks, Json.object(strategy, "rollingUpdate"), at.child("rollingUpdate"));
            default ->
                checks.add(Cause.unsupportedAs(
                        at.toString(),
                        GoStructs.strategy(strategy),
                        "supported values: \"Recreate\", \"RollingUpdate\""));
        }
    }

    private static void rollingUpdate(Checks checks, JsonObject rolling, Path at) {
        checks.amount(rolling, "maxUnavailable", at);
        checks.amount(rolling, "maxSurge", at);
        if (isZero(rolling.get("maxUnavailable")) && isZero(rolling.get("maxSurge"))) {
            checks.invalid(
                    at.child("maxUnavailable"), rolling.get("maxUnavailable"), "may not be 0 when `maxSurge` is 0");
        }
        JsonElement unavailable = rolling.get("maxUnavailable");
        if (Json.isText(unavailable) && unavailable.getAsString().matches("[0-9]+%")) {
            String text = unavailable.getAsString();
            if (new java.math.BigInteger(text.substring(0, text.length() - 1)).intValue() > 100) {
                checks.invalid(at.child("maxUnavailable"), unavailable, "must not be greater than 100%");
            }
        }
    }

    private static boolean isZero(com.google.gson.@org.jspecify.annotations.Nullable JsonElement amount) {
        return amount instanceof JsonPrimitive primitive
                && (primitive.isString() ? primitive.getAsString().matches("0+%") : primitive.getAsLong() == 0);
    }

    private static void statefulSet(Checks checks, JsonObject spec) {
        String management = Json.text(spec, "podManagementPolicy");
        if (!Set.of("OrderedReady", "Parallel").contains(management)) {
            checks.invalid(SPEC.child("podManagementPolicy"), management, "must be 'OrderedReady' or 'Parallel'");
        }
        JsonObject strategy = Json.object(spec, "updateStrategy");
        if (!Set.of("RollingUpdate", "OnDelete").contains(Json.text(strategy, "type"))) {
            checks.add(Cause.invalidAs(
                    "spec.updateStrategy", GoStructs.strategy(strategy), "must be 'RollingUpdate' or 'OnDelete'"));
        }
    }

    static void update(Checks checks, String kind, JsonObject spec, JsonObject old) {
        if (kind.equals("StatefulSet")) {
            JsonObject after = spec.deepCopy();
            JsonObject before = old.deepCopy();
            STATEFUL_SET_MUTABLE.forEach(field -> {
                after.remove(field);
                before.remove(field);
            });
            if (!after.equals(before)) {
                checks.forbidden(
                        SPEC,
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                                + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                                + " 'minReadySeconds' are forbidden");
            }
        } else if (!Json.object(spec, "selector").equals(Json.object(old, "selector"))) {
            checks.invalid(SPEC.child("selector"), spec.get("selector"), "field is immutable");
        }
    }

    static void job(Checks checks, JsonObject spec, Path path) {
        for (String field : List.of("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds")) {
            checks.nonNegative(spec, field, path);
        }
        JsonObject template = Json.object(spec, "template");
        template(checks, template, path.child("template"));
        String policy = Json.text(Json.object(template, "spec"), "restartPolicy");
        if (policy.equals("Always")) {
            checks.required(path.child("template", "spec", "restartPolicy"), "valid values: \"OnFailure\", \"Never\"");
        }
    }

    static void cronJob(Checks checks, JsonObject spec) {
        String schedule = Json.text(spec, "schedule");
        if (checks.present(spec, "schedule", SPEC) && !schedule.startsWith("@")) {
            String[] fields = schedule.strip().split("\\s+");
            if (fields.length != 5) {
                checks.invalid(
                        SPEC.child("schedule"),
                        schedule,
                        "expected exactly 5 fields, found " + fields.length + ": [" + String.join(" ", fields) + "]");
            }
        }
        checks.supported(spec, "concurrencyPolicy", SPEC, List.of("Allow", "Forbid", "Replace"));
        job(checks, Json.object(spec, "jobTemplate", "spec"), SPEC.child("jobTemplate", "spec"));
    }

    /** The numbers in a status: none negative, and no part larger than the whole. */
    static void status(Checks checks, String kind, JsonObject status) {
        if (!Map.of("Deployment", 1, "ReplicaSet", 1, "StatefulSet", 1).containsKey(kind)) {
            return;
        }
        Path path = Path.of("status");
        checks.nonNegative(status, "replicas", path);
        long replicas = Json.integer(status, "replicas", 0);
        List<String> parts = switch (kind) {
            case "Deployment" -> List.of("updatedReplicas", "readyReplicas", "availableReplicas");
            case "ReplicaSet" -> List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas");
            default -> List.of("readyReplicas", "currentReplicas", "updatedReplicas");
        };
        for (String part : parts) {
            checks.nonNegative(status, part, path);
            long number = Json.integer(status, part, 0);
            if (number > replicas) {
                checks.invalid(path.child(part), new JsonPrimitive(number), "cannot be greater than status.replicas");
            }
        }
    }
}
