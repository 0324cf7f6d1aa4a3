package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a kubelet says of a pod, as JSON: a pure function of the containers' states. Times have whole seconds, as the
 * API has them, so that equal statuses are equal texts.
 *
 * @param address the pod's address; empty while it has none to tell
 * @param startedAt when the kubelet saw it first
 * @param ended the phase, reason and message of a pod that was ended from outside; empty for one that was not
 */
record PodStatus(
        Pod pod,
        KubeletSettings settings,
        String address,
        Instant startedAt,
        List<ContainerSlot> slots,
        Optional<End> ended,
        Instant now) {

    private static final Set<String> OWN =
            Set.of("PodScheduled", "Initialized", "ContainersReady", "Ready", "PodReadyToStartContainers");

    /** How a pod was ended from outside. */
    record End(String phase, String reason, String message) {}

    /** The status; what is not in it is not in the pod's status either. */
    JsonObject json() {
        var status = new JsonObject();
        String phase = phase();
        status.addProperty("phase", phase);
        ended.map(End::reason).filter(r -> !r.isEmpty()).ifPresent(r -> status.addProperty("reason", r));
        ended.map(End::message).filter(m -> !m.isEmpty()).ifPresent(m -> status.addProperty("message", m));
        status.addProperty("hostIP", settings.nodeAddress());
        status.add("hostIPs", addresses(settings.nodeAddress()));
        if (!address.isEmpty()) {
            status.addProperty("podIP", address);
            status.add("podIPs", addresses(address));
        }
        status.addProperty("startTime", time(startedAt));
        status.addProperty("qosClass", qosClass());
        status.add("conditions", conditions(phase));
        statuses(true).ifPresent(list -> status.add("initContainerStatuses", list));
        statuses(false).ifPresent(list -> status.add("containerStatuses", list));
        return status;
    }

    private static JsonArray addresses(String address) {
        var ip = new JsonObject();
        ip.addProperty("ip", address);
        var list = new JsonArray();
        list.add(ip);
        return list;
    }

    /** What is said of a pod that a gate holds back. */
    static JsonObject gated(Instant now) {
        return unbound(now, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
    }

    /** What is said of a pod for which there is no node. */
    static JsonObject unschedulable(Instant now) {
        return unbound(
                now, "Unschedulable", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
    }

    private static JsonObject unbound(Instant now, String reason, String message) {
        var condition = new JsonObject();
        condition.addProperty("type", "PodScheduled");
        condition.addProperty("status", "False");
        condition.addProperty("lastTransitionTime", time(now));
        condition.addProperty("reason", reason);
        condition.addProperty("message", message);
        var conditions = new JsonArray();
        conditions.add(condition);
        var status = new JsonObject();
        status.addProperty("phase", "Pending");
        status.add("conditions", conditions);
        return status;
    }

    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private List<ContainerSlot> mains() {
        return slots.stream().filter(slot -> !slot.init()).toList();
    }

    private boolean initialized() {
        return slots.stream().filter(ContainerSlot::init).allMatch(ContainerSlot::succeeded);
    }

    String phase() {
        if (ended.isPresent()) {
            return ended.get().phase();
        }
        String policy = pod.restartPolicy();
        if (slots.stream().anyMatch(slot -> slot.init() && slot.finished(policy) && !slot.succeeded())) {
            return "Failed";
        }
        if (!initialized()) {
            return "Pending";
        }
        if (mains().stream().allMatch(slot -> slot.finished(policy))) {
            return mains().stream().allMatch(ContainerSlot::succeeded) ? "Succeeded" : "Failed";
        }
        boolean neverStarted = mains().stream()
                .anyMatch(slot -> slot.state() instanceof ContainerSlot.State.Waiting
                        && slot.last().isEmpty());
        return neverStarted ? "Pending" : "Running";
    }

    private JsonArray conditions(String phase) {
        List<String> unready = mains().stream()
                .filter(slot -> !slot.ready())
                .map(ContainerSlot::name)
                .toList();
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        String reason = phase.equals("Succeeded") ? "PodCompleted" : over ? "PodFailed" : "ContainersNotReady";
        String message = over ? "" : "containers with unready status: " + unready;
        boolean ready = !over && unready.isEmpty();
        List<String> gates = Json.objects(pod.json(), "spec", "readinessGates").stream()
                .map(gate -> Json.text(gate, "conditionType"))
                .filter(type -> !pod.condition(type)
                        .map(c -> Json.text(c, "status"))
                        .orElse("")
                        .equals("True"))
                .toList();
        List<String> uninitialized = slots.stream()
                .filter(slot -> slot.init() && !slot.succeeded())
                .map(ContainerSlot::name)
                .toList();
        var conditions = new JsonArray();
        conditions.add(condition("PodReadyToStartContainers", !address.isEmpty(), "", ""));
        conditions.add(condition(
                "Initialized",
                uninitialized.isEmpty(),
                "ContainersNotInitialized",
                "containers with incomplete status: " + uninitialized));
        conditions.add(
                ready && !gates.isEmpty()
                        ? condition("Ready", false, "ReadinessGatesNotReady", "conditions that do not hold: " + gates)
                        : condition("Ready", ready, reason, message));
        conditions.add(condition("ContainersReady", ready, reason, message));
        conditions.add(condition("PodScheduled", true, "", ""));
        Json.objects(pod.json(), "status", "conditions").stream()
                .filter(other -> !OWN.contains(Json.text(other, "type")))
                .forEach(conditions::add);
        return conditions;
    }

    private JsonObject condition(String type, boolean holds, String reasonIfNot, String messageIfNot) {
        String status = holds ? "True" : "False";
        String since = pod.condition(type)
                .filter(before -> Json.text(before, "status").equals(status))
                .map(before -> Json.text(before, "lastTransitionTime"))
                .filter(time -> !time.isEmpty())
                .orElseGet(() -> time(now));
        var condition = new JsonObject();
        condition.addProperty("type", type);
        condition.addProperty("status", status);
        condition.addProperty("lastTransitionTime", since);
        if (!holds && !reasonIfNot.isEmpty()) {
            condition.addProperty("reason", reasonIfNot);
        }
        if (!holds && !messageIfNot.isEmpty()) {
            condition.addProperty("message", messageIfNot);
        }
        return condition;
    }

    private Optional<JsonArray> statuses(boolean init) {
        // nothing is started again in a pod that has been ended
        String policy = ended.isPresent() || pod.deleting() ? "Never" : pod.restartPolicy();
        var list = new JsonArray();
        slots.stream()
                .filter(slot -> slot.init() == init)
                .map(slot -> new ContainerStatus(slot, slot.finished(policy)).json())
                .forEach(list::add);
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    /** How much the pod's containers are promised, in Kubernetes' three words. */
    private String qosClass() {
        List<JsonObject> resources = pod.allContainers()
                .map(container -> Json.object(container, "resources"))
                .toList();
        if (resources.stream()
                .allMatch(r -> Json.object(r, "requests").isEmpty()
                        && Json.object(r, "limits").isEmpty())) {
            return "BestEffort";
        }
        boolean guaranteed = resources.stream()
                .allMatch(r -> Stream.of("cpu", "memory")
                        .allMatch(name -> Json.at(r, "limits", name) != null
                                && (Json.at(r, "requests", name) == null
                                        || Json.equal(Json.at(r, "requests", name), Json.at(r, "limits", name)))));
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
