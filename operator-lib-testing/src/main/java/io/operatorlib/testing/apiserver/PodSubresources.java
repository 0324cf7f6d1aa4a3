package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.List;

/** The subresources of pods that the API server serves by itself: eviction and binding. */
final class PodSubresources {
    private static final String BUDGETS = "poddisruptionbudgets.policy";

    private final Store store;
    private final Reads reads;
    private final Writes writes;
    private final Deletion deletion;
    private final Identities identities;

    PodSubresources(Store store, Reads reads, Writes writes, Deletion deletion, Identities identities) {
        this.store = store;
        this.reads = reads;
        this.writes = writes;
        this.deletion = deletion;
        this.identities = identities;
    }

    /** Deletes a pod, unless that would take more than a PodDisruptionBudget has. */
    Reply evict(Call call, ServedKind pods) {
        JsonObject eviction = Bodies.any(call);
        String name = Meta.name(eviction);
        if (!name.isEmpty() && !name.equals(call.name())) {
            throw ApiError.badRequest("name in URL does not match name in Eviction object");
        }
        JsonObject pod = reads.find(pods, call.namespace(), call.name()).json();
        boolean over =
                List.of("Succeeded", "Failed", "Pending").contains(Json.string(Json.object(pod, "status"), "phase"));
        if (!over && !Meta.terminating(pod)) {
            spend(call.namespace(), pod);
        }
        JsonObject options = Json.object(eviction, "deleteOptions");
        Reply deleted = deletion.delete(
                new Call(
                        "delete",
                        "",
                        "v1",
                        "pods",
                        "",
                        call.namespace(),
                        call.name(),
                        call.request().withBody(Bodies.JSON, options.toString())),
                pods);
        var status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Success");
        status.addProperty("code", 201);
        return Reply.of(201, status, deleted.changed());
    }

    private void spend(String namespace, JsonObject pod) {
        List<Stored> budgets = store.list(BUDGETS, namespace + "/").objects().values().stream()
                .filter(budget -> LabelSelector.of(Json.object(Json.object(budget.json(), "spec"), "selector"))
                        .test(LabelSelector.labels(pod)))
                .toList();
        if (budgets.size() > 1) {
            throw ApiError.internal(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                            + " not support.");
        }
        for (Stored budget : budgets) {
            spend(budget, Meta.name(pod));
        }
    }

    private void spend(Stored budget, String pod) {
        JsonObject status = Json.object(budget.json(), "status");
        Long observed = Json.number(status, "observedGeneration");
        Long allowed = Json.number(status, "disruptionsAllowed");
        String name = Meta.name(budget.json());
        if (observed == null || observed < Meta.generation(budget.json())) {
            throw refused("The disruption budget " + name + " is still being processed by the server.");
        }
        if (allowed == null || allowed <= 0) {
            throw refused("The disruption budget " + name + " needs " + Json.number(status, "desiredHealthy")
                    + " healthy pods and has " + Json.number(status, "currentHealthy") + " currently");
        }
        JsonObject left = Json.with(status, "disruptionsAllowed", allowed - 1);
        JsonObject disrupted = Json.with(Json.object(status, "disruptedPods"), pod, identities.now());
        JsonObject next = Json.with(budget.json(), "status", Json.with(left, "disruptedPods", disrupted));
        String key = Meta.namespace(next) + "/" + name;
        if (store.put(BUDGETS, key, budget, Meta.with(next, "resourceVersion", (JsonElement) null)) == null) {
            throw refused("The disruption budget " + name + " is still being processed by the server.");
        }
    }

    private static ApiError refused(String why) {
        var cause = new JsonObject();
        cause.addProperty("reason", "DisruptionBudget");
        cause.addProperty("message", why);
        var causes = new JsonArray();
        causes.add(cause);
        var details = new JsonObject();
        details.add("causes", causes);
        return ApiError.tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", details);
    }

    /** Puts a pod onto a node. */
    Reply bind(Call call, ServedKind pods) {
        JsonObject binding = Bodies.any(call);
        String node = Json.string(Json.object(binding, "target"), "name");
        if (node.isEmpty()) {
            throw ApiError.invalid("", "Binding", call.name(), List.of(Cause.required("target.name", "")));
        }
        Options options = Options.of(call, "CreateOptions");
        Ownership.Writer writer = Ownership.Writer.update(options, "binding");
        Reply bound = writes.change(call, pods, options, writer, pod -> {
            JsonObject spec = Json.object(pod, "spec");
            String present = Json.string(spec, "nodeName");
            if (!present.isEmpty()) {
                throw ApiError.conflictOf(
                        "pods/binding",
                        call.name(),
                        "pod " + call.name() + " is already assigned to node \"" + present + "\"");
            }
            return scheduled(Json.with(pod, "spec", Json.with(spec, "nodeName", node)));
        });
        var status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Success");
        status.addProperty("code", 201);
        return Reply.of(201, status, bound.changed());
    }

    private JsonObject scheduled(JsonObject pod) {
        var conditions = new JsonArray();
        for (JsonElement condition : Json.array(Json.object(pod, "status"), "conditions")) {
            if (!Json.string(condition.getAsJsonObject(), "type").equals("PodScheduled")) {
                conditions.add(condition);
            }
        }
        var condition = new JsonObject();
        condition.addProperty("type", "PodScheduled");
        condition.add("status", new JsonPrimitive("True"));
        condition.add("lastProbeTime", JsonNull.INSTANCE);
        condition.addProperty("lastTransitionTime", identities.now());
        conditions.add(condition);
        return Json.with(pod, "status", Json.with(Json.object(pod, "status"), "conditions", conditions));
    }
}
