package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for a change of a pod's spec: hardly anything of it may change. */
final class PodUpdateRules {
    private static final String MUTABLE = "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to"
            + " existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
            + " previously negative)";

    private static final Path SPEC = Path.of("spec");

    private PodUpdateRules() {}

    static void check(Checks checks, JsonObject spec, JsonObject old) {
        for (String list : List.of("containers", "initContainers")) {
            if (Json.array(spec, list).size() != Json.array(old, list).size()) {
                checks.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
                return;
            }
        }
        deadline(checks, spec, old);
        tolerations(checks, spec, old);
        gates(checks, spec, old);
        if (!checks.clean()) {
            return;
        }
        JsonObject allowed = spec.deepCopy();
        for (String field : List.of("activeDeadlineSeconds", "tolerations", "schedulingGates")) {
            copy(field, old, allowed);
        }
        for (String list : List.of("containers", "initContainers")) {
            List<JsonObject> containers = Json.objects(allowed, list);
            for (int i = 0; i < containers.size(); i++) {
                copy("image", Json.objects(old, list).get(i), containers.get(i));
            }
        }
        if (Json.integer(old, "terminationGracePeriodSeconds", 0) < 0
                && Json.integer(spec, "terminationGracePeriodSeconds", 0) == 1) {
            copy("terminationGracePeriodSeconds", old, allowed);
        }
        if (!Json.array(old, "schedulingGates").isEmpty()) {
            copy("nodeSelector", old, allowed);
            copy("affinity", old, allowed);
        }
        if (!allowed.equals(old)) {
            checks.forbidden(SPEC, MUTABLE);
        }
    }

    private static void copy(String field, JsonObject from, JsonObject to) {
        JsonElement value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.add(field, value);
        }
    }

    private static void deadline(Checks checks, JsonObject spec, JsonObject old) {
        Path at = SPEC.child("activeDeadlineSeconds");
        Long before = Json.integer(old, "activeDeadlineSeconds");
        Long after = Json.integer(spec, "activeDeadlineSeconds");
        if (before != null && after == null) {
            checks.invalid(
                    at, com.google.gson.JsonNull.INSTANCE, "must not update from a positive integer to nil value");
        } else if (before != null && after != null && after > before) {
            checks.invalid(at, spec.get("activeDeadlineSeconds"), "must be less than or equal to previous value");
        }
    }

    private static void tolerations(Checks checks, JsonObject spec, JsonObject old) {
        List<JsonObject> after = withoutSeconds(spec);
        for (JsonObject toleration : withoutSeconds(old)) {
            if (!after.contains(toleration)) {
                checks.forbidden(
                        SPEC.child("tolerations"),
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static List<JsonObject> withoutSeconds(JsonObject spec) {
        List<JsonObject> tolerations = new ArrayList<>();
        for (JsonObject toleration : Json.objects(spec, "tolerations")) {
            JsonObject bare = toleration.deepCopy();
            bare.remove("tolerationSeconds");
            tolerations.add(bare);
        }
        return tolerations;
    }

    private static void gates(Checks checks, JsonObject spec, JsonObject old) {
        Set<String> before = new HashSet<>();
        Json.objects(old, "schedulingGates").forEach(gate -> before.add(Json.text(gate, "name")));
        List<JsonObject> gates = Json.objects(spec, "schedulingGates");
        for (int i = 0; i < gates.size(); i++) {
            String name = Json.text(gates.get(i), "name");
            if (!before.contains(name)) {
                checks.forbidden(
                        SPEC.child("schedulingGates").index(i).child("name"),
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }
}
