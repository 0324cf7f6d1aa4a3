package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodCondition;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a member's pod says, in the words that decisions are made in. */
record PodView(V1Pod pod) {

    /** Why a container that never ran waits; with one of these it cannot have started unnoticed. */
    private static final Set<String> NEVER_RAN = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "RegistryUnavailable",
            "ImageInspectError",
            "CreateContainerConfigError",
            "CreateContainerError");

    String name() {
        return Objects.requireNonNull(Objects.requireNonNull(pod.getMetadata()).getName());
    }

    String uid() {
        return Objects.requireNonNull(Objects.requireNonNull(pod.getMetadata()).getUid());
    }

    boolean terminating() {
        return Objects.requireNonNull(pod.getMetadata()).getDeletionTimestamp() != null;
    }

    /** Tells whether it ended for good, as an evicted pod has; it will not run again. */
    boolean ended() {
        String phase = status().getPhase();
        return "Failed".equals(phase) || "Succeeded".equals(phase);
    }

    /** Tells whether the kubelet finds that it serves. */
    boolean ready() {
        return conditions()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    boolean gated() {
        var gates = spec().getSchedulingGates();
        return gates != null && gates.stream().anyMatch(gate -> MemberPod.GATE.equals(gate.getName()));
    }

    boolean voter() {
        return EtcdCluster.VOTER.equals(labels().get(EtcdCluster.ROLE_LABEL));
    }

    Optional<String> address() {
        return Optional.ofNullable(status().getPodIP()).filter(ip -> !ip.isEmpty());
    }

    /** The members for which its first start was rendered. */
    Set<String> renderedFor() {
        return Set.of(annotations()
                .getOrDefault(EtcdCluster.INITIAL_CLUSTER_ANNOTATION, "")
                .split(" "));
    }

    String annotation(String name) {
        return annotations().getOrDefault(name, "");
    }

    /**
     * When the pod counts as gone though it is still there: it has been terminating for the declared time, or, where
     * its node had been away for that time already when the pod was deleted, for its grace period.
     */
    Instant overdueAt(Duration declared) {
        var meta = Objects.requireNonNull(pod.getMetadata());
        var end = Objects.requireNonNull(meta.getDeletionTimestamp()).toInstant();
        if (conditions()
                .anyMatch(condition -> "DisruptionTarget".equals(condition.getType())
                        && "DeletionByTaintManager".equals(condition.getReason()))) {
            return end;
        }
        Long grace = meta.getDeletionGracePeriodSeconds();
        return end.minusSeconds(grace == null ? 0 : grace).plus(declared);
    }

    /** Tells whether none of its containers can ever have run. */
    boolean neverRan() {
        if (gated() || spec().getNodeName() == null) {
            return true;
        }
        var containers = containers();
        return !containers.isEmpty()
                && containers.stream()
                        .allMatch(container -> waitingReason(container)
                                        .filter(NEVER_RAN::contains)
                                        .isPresent()
                                && Objects.requireNonNullElse(container.getRestartCount(), 0) == 0
                                && (container.getLastState() == null
                                        || container.getLastState().getTerminated() == null));
    }

    /** Why it does not run, for people; empty where nothing is wrong. */
    Optional<String> trouble() {
        var waiting = containers().stream()
                .flatMap(container -> waitingReason(container)
                        .filter(reason -> !reason.equals("ContainerCreating") && !reason.equals("PodInitializing"))
                        .map(reason -> reason + waitingMessage(container))
                        .stream())
                .findFirst();
        if (waiting.isPresent()) {
            return waiting;
        }
        return conditions()
                .filter(condition -> "PodScheduled".equals(condition.getType())
                        && "False".equals(condition.getStatus())
                        && !"SchedulingGated".equals(condition.getReason()))
                .map(condition -> condition.getReason() + ": " + condition.getMessage())
                .findFirst();
    }

    private static Optional<String> waitingReason(V1ContainerStatus container) {
        return Optional.ofNullable(container.getState())
                .map(state -> state.getWaiting())
                .map(waiting -> waiting.getReason());
    }

    private static String waitingMessage(V1ContainerStatus container) {
        var state = Objects.requireNonNull(container.getState());
        String message = Objects.requireNonNull(state.getWaiting()).getMessage();
        return message == null || message.isEmpty() ? "" : ": " + message;
    }

    private Stream<V1PodCondition> conditions() {
        var conditions = status().getConditions();
        return conditions == null ? Stream.of() : conditions.stream();
    }

    private List<V1ContainerStatus> containers() {
        var containers = status().getContainerStatuses();
        return containers == null ? List.of() : containers;
    }

    private Map<String, String> labels() {
        var labels = Objects.requireNonNull(pod.getMetadata()).getLabels();
        return labels == null ? Map.of() : labels;
    }

    Map<String, String> annotations() {
        var annotations = Objects.requireNonNull(pod.getMetadata()).getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private V1PodSpec spec() {
        return Objects.requireNonNullElseGet(pod.getSpec(), V1PodSpec::new);
    }

    private V1PodStatus status() {
        return Objects.requireNonNullElseGet(pod.getStatus(), V1PodStatus::new);
    }
}
