package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodCondition;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member's pod says, in the words that decisions are made in; the rest of a pod is not kept.
 *
 * @param endsAt its deletion timestamp: the end of its grace period
 * @param graceSeconds the grace period with which it was deleted
 * @param bound whether it has a node
 * @param phase empty where there is none yet
 * @param address empty where there is none yet
 */
record PodView(
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        Instant madeAt,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable Instant endsAt,
        long graceSeconds,
        boolean gated,
        boolean bound,
        String phase,
        String address,
        List<Condition> conditions,
        List<Container> containers) {

    /** A condition of the pod. */
    record Condition(String type, String status, String reason, String message) {
        private static Condition of(V1PodCondition condition) {
            return new Condition(
                    text(condition.getType()),
                    text(condition.getStatus()),
                    text(condition.getReason()),
                    text(condition.getMessage()));
        }

        boolean says(String otherType, String otherStatus) {
            return type.equals(otherType) && status.equals(otherStatus);
        }
    }

    /**
     * A container of the pod.
     *
     * @param waitsFor the reason for which it waits; empty where it does not
     * @param ran whether it has run before
     * @param lastWords why it ended, as far as it said
     */
    record Container(String waitsFor, String message, boolean ran, String lastWords) {
        private static Container of(V1ContainerStatus status) {
            var waiting = Optional.ofNullable(status.getState()).map(state -> state.getWaiting());
            var ended = Optional.ofNullable(status.getLastState()).map(state -> state.getTerminated());
            return new Container(
                    text(waiting.map(state -> state.getReason()).orElse("")),
                    text(waiting.map(state -> state.getMessage()).orElse("")),
                    ended.isPresent() || Objects.requireNonNullElse(status.getRestartCount(), 0) > 0,
                    ended.map(LastWords::of).orElse(""));
        }

        private boolean neverRan() {
            return !ran && NEVER_RAN.contains(waitsFor);
        }

        private Optional<String> trouble() {
            if (waitsFor.isEmpty() || BEGINNING.contains(waitsFor)) {
                return Optional.empty();
            }
            String why = message.isEmpty() ? waitsFor : waitsFor + ": " + message;
            return Optional.of(lastWords.isEmpty() ? why : why + " (" + lastWords + ")");
        }
    }

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

    /** Why any container waits for a moment. */
    private static final Set<String> BEGINNING = Set.of("ContainerCreating", "PodInitializing");

    static PodView of(V1Pod pod) {
        var meta = Objects.requireNonNullElseGet(pod.getMetadata(), V1ObjectMeta::new);
        var spec = Objects.requireNonNullElseGet(pod.getSpec(), V1PodSpec::new);
        var status = Objects.requireNonNullElseGet(pod.getStatus(), V1PodStatus::new);
        return new PodView(
                text(meta.getNamespace()),
                text(meta.getName()),
                text(meta.getUid()),
                text(meta.getResourceVersion()),
                Objects.requireNonNullElse(instant(meta.getCreationTimestamp()), Instant.EPOCH),
                map(meta.getLabels()),
                map(meta.getAnnotations()),
                instant(meta.getDeletionTimestamp()),
                Objects.requireNonNullElse(meta.getDeletionGracePeriodSeconds(), 0L),
                list(spec.getSchedulingGates()).stream().anyMatch(gate -> MemberPod.GATE.equals(gate.getName())),
                spec.getNodeName() != null,
                text(status.getPhase()),
                text(status.getPodIP()),
                list(status.getConditions()).stream().map(Condition::of).toList(),
                list(status.getContainerStatuses()).stream().map(Container::of).toList());
    }

    /** The pod for a plan's steps: which it is, and its labels. */
    V1Pod named() {
        return new V1Pod()
                .metadata(new V1ObjectMeta()
                        .namespace(namespace)
                        .name(name)
                        .uid(uid)
                        .resourceVersion(resourceVersion)
                        .labels(labels));
    }

    boolean terminating() {
        return endsAt != null;
    }

    /** Tells whether it ended for good, as an evicted pod has; it will not run again. */
    boolean ended() {
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    /** Tells whether the kubelet finds that it serves. */
    boolean ready() {
        return conditions.stream().anyMatch(condition -> condition.says("Ready", "True"));
    }

    boolean voter() {
        return EtcdCluster.VOTER.equals(labels.get(EtcdCluster.ROLE_LABEL));
    }

    /** The members for which its first start was rendered. */
    Set<String> renderedFor() {
        return Set.of(annotation(EtcdCluster.INITIAL_CLUSTER_ANNOTATION).split(" "));
    }

    String annotation(String key) {
        return annotations.getOrDefault(key, "");
    }

    /**
     * When the pod counts as gone though it is still there: it has been terminating for the declared time, or, where
     * its node had been away for that time already when the pod was deleted, for its grace period.
     */
    Instant overdueAt(Duration declared) {
        var end = Objects.requireNonNull(endsAt);
        boolean nodeAway = conditions.stream()
                .anyMatch(condition -> condition.type().equals("DisruptionTarget")
                        && condition.reason().equals("DeletionByTaintManager"));
        return nodeAway ? end : end.minusSeconds(graceSeconds).plus(declared);
    }

    /** Tells whether none of its containers can ever have run. */
    boolean neverRan() {
        return gated || !bound || (!containers.isEmpty() && containers.stream().allMatch(Container::neverRan));
    }

    /** Why it does not run, for people; empty where nothing is wrong. */
    Optional<String> trouble() {
        return Stream.concat(
                        containers.stream().flatMap(container -> container.trouble().stream()),
                        conditions.stream()
                                .filter(condition -> condition.says("PodScheduled", "False")
                                        && !condition.reason().equals("SchedulingGated"))
                                .map(condition -> condition.reason() + ": " + condition.message()))
                .findFirst();
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static Map<String, String> map(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
