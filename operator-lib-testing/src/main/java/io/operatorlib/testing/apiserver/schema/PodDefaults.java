package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Set;

/** Defaults of pods, and of templates for them, that depend on other fields. */
final class PodDefaults {
    /** The server's own names for the lists of containers. */
    static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    private PodDefaults() {}

    /** Completes the spec of a pod or of a template. */
    static void spec(JsonObject spec) {
        mirrorServiceAccount(spec);
        if (Json.integer(spec, "terminationGracePeriodSeconds", 0) < 0) {
            spec.addProperty("terminationGracePeriodSeconds", 1);
        }
        for (JsonObject volume : Json.objects(spec, "volumes")) {
            if (volume.size() == 1 && volume.has("name")) {
                volume.add("emptyDir", new JsonObject());
            }
        }
        boolean hostNetwork = Json.flag(spec, "hostNetwork");
        for (String list : CONTAINERS) {
            for (JsonObject container : Json.objects(spec, list)) {
                container(container, hostNetwork);
            }
        }
    }

    /** The older name of the field is kept equal to the newer. */
    private static void mirrorServiceAccount(JsonObject spec) {
        String account = Json.text(spec, "serviceAccountName");
        account = account.isEmpty() ? Json.text(spec, "serviceAccount") : account;
        if (!account.isEmpty()) {
            spec.addProperty("serviceAccountName", account);
            spec.addProperty("serviceAccount", account);
        }
    }

    private static void container(JsonObject container, boolean hostNetwork) {
        if (!Json.has(container, "imagePullPolicy")) {
            String image = Json.text(container, "image");
            String name = image.substring(image.lastIndexOf('/') + 1);
            boolean latest = !image.contains("@") && (!name.contains(":") || name.endsWith(":latest"));
            container.addProperty("imagePullPolicy", latest ? "Always" : "IfNotPresent");
        }
        if (hostNetwork) {
            for (JsonObject port : Json.objects(container, "ports")) {
                if (Json.integer(port, "hostPort", 0) == 0) {
                    port.add("hostPort", port.get("containerPort"));
                }
            }
        }
    }

    /** Completes a pod; templates do not get these. */
    static void pod(JsonObject spec) {
        if (!Json.has(spec, "enableServiceLinks")) {
            spec.addProperty("enableServiceLinks", true);
        }
        for (String list : CONTAINERS) {
            for (JsonObject container : Json.objects(spec, list)) {
                requestLimits(Json.object(container, "resources"));
            }
        }
    }

    private static void requestLimits(JsonObject resources) {
        JsonObject limits = Json.object(resources, "limits");
        if (limits.isEmpty()) {
            return;
        }
        JsonObject requests = Json.object(resources, "requests");
        limits.asMap().forEach((name, limit) -> {
            if (!requests.has(name)) {
                requests.add(name, limit);
            }
        });
        resources.add("requests", requests);
    }

    /** What admission adds to a new pod: its priority, and how long it stays on a node that is lost. */
    static void admit(JsonObject spec) {
        if (!Json.has(spec, "priorityClassName") && !Json.has(spec, "priority")) {
            spec.addProperty("priority", 0);
        }
        if (!Json.has(spec, "preemptionPolicy")) {
            spec.addProperty("preemptionPolicy", "PreemptLowerPriority");
        }
        JsonArray tolerations = Json.array(spec, "tolerations");
        for (String taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            if (!tolerates(tolerations, taint)) {
                tolerations.add(JsonParser.parseString("{\"key\":\"" + taint
                        + "\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}"));
            }
        }
        spec.add("tolerations", tolerations);
    }

    private static boolean tolerates(JsonArray tolerations, String taint) {
        for (JsonElement element : tolerations) {
            JsonObject toleration = Json.object(element);
            boolean key = Set.of("", taint).contains(Json.text(toleration, "key"));
            if (key && Set.of("", "NoExecute").contains(Json.text(toleration, "effect"))) {
                return true;
            }
        }
        return false;
    }

    /** How well the pod's resources are guaranteed: by its requests and limits of CPU and memory. */
    static JsonPrimitive qosClass(JsonObject spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : List.of("initContainers", "containers")) {
            for (JsonObject container : Json.objects(spec, list)) {
                JsonObject limits = Json.object(container, "resources", "limits");
                JsonObject requests = Json.object(container, "resources", "requests");
                for (String resource : List.of("cpu", "memory")) {
                    any |= limits.has(resource) || requests.has(resource);
                    guaranteed &= limits.has(resource)
                            && (!requests.has(resource)
                                    || requests.get(resource).equals(limits.get(resource)));
                }
            }
        }
        return new JsonPrimitive(!any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable");
    }
}
