package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ReplicaSet;
import io.kubernetes.client.openapi.models.V1ReplicaSetSpec;
import io.kubernetes.client.openapi.models.V1ReplicaSetStatus;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Keeps as many pods of a template as a ReplicaSet wants. Pods that have no owner are not adopted. */
final class ReplicaSets {
    /** The letters of Kubernetes' generated names: none that makes a word. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX = 5;

    private ReplicaSets() {}

    static Controller<V1ReplicaSetSpec, V1ReplicaSetStatus> controller() {
        Kind<V1ReplicaSetSpec, V1ReplicaSetStatus> kind = Kind.builtIn(V1ReplicaSet.class);
        return Controller.of(kind).owns(V1Pod.class).reconcile(ReplicaSets::reconcile);
    }

    static Plan<V1ReplicaSetStatus> reconcile(Observed<V1ReplicaSetSpec, V1ReplicaSetStatus> seen) {
        List<V1Pod> active =
                seen.owned(V1Pod.class).stream().filter(Pods::active).toList();
        int wished = Optional.ofNullable(seen.spec().getReplicas()).orElse(1);
        var plan = Plan.of(status(seen, active));
        Optional<Duration> next = nextAvailable(seen, active);
        if (next.isPresent()) {
            plan = plan.requeueAfter(next.get());
        }
        if (seen.deleting()) {
            return plan;
        }
        for (int i = active.size(); i < wished; i++) {
            plan = plan.create(pod(seen, i));
        }
        List<V1Pod> surplus = active.stream()
                .sorted(Comparator.comparing(Pods::ready)
                        .thenComparing(pod -> Pods.phase(pod).equals("Running"))
                        .thenComparing(pod -> Pods.meta(pod).getCreationTimestamp(), Comparator.reverseOrder()))
                .limit(Math.max(0, active.size() - wished))
                .toList();
        for (V1Pod pod : surplus) {
            plan = plan.delete(pod);
        }
        return plan;
    }

    private static V1ReplicaSetStatus status(Observed<V1ReplicaSetSpec, V1ReplicaSetStatus> seen, List<V1Pod> active) {
        return new V1ReplicaSetStatus()
                .observedGeneration(seen.meta().generation())
                .replicas(active.size())
                .fullyLabeledReplicas(active.size())
                .readyReplicas((int) active.stream().filter(Pods::ready).count())
                .availableReplicas((int) active.stream()
                        .filter(pod -> untilAvailable(seen, pod).equals(Optional.of(Duration.ZERO)))
                        .count());
    }

    // how long until the pod has been ready for as long as it must; empty while it is not ready
    private static Optional<Duration> untilAvailable(Observed<V1ReplicaSetSpec, V1ReplicaSetStatus> seen, V1Pod pod) {
        int seconds = Optional.ofNullable(seen.spec().getMinReadySeconds()).orElse(0);
        return Pods.readiness(pod).filter(c -> "True".equals(c.getStatus())).map(c -> {
            Instant since = c.getLastTransitionTime() == null
                    ? seen.now()
                    : c.getLastTransitionTime().toInstant();
            Duration left = Duration.between(seen.now(), since.plusSeconds(seconds));
            return seconds == 0 || left.isNegative() ? Duration.ZERO : left;
        });
    }

    private static Optional<Duration> nextAvailable(
            Observed<V1ReplicaSetSpec, V1ReplicaSetStatus> seen, List<V1Pod> active) {
        return active.stream()
                .flatMap(pod -> untilAvailable(seen, pod).stream())
                .filter(left -> !left.isZero())
                .min(Comparator.naturalOrder());
    }

    private static V1Pod pod(Observed<V1ReplicaSetSpec, V1ReplicaSetStatus> seen, int index) {
        V1PodTemplateSpec template = seen.spec().getTemplate();
        V1ObjectMeta meta = template.getMetadata() == null ? new V1ObjectMeta() : template.getMetadata();
        return new V1Pod()
                .metadata(new V1ObjectMeta()
                        .namespace(seen.meta().namespace())
                        .name(seen.meta().name() + "-" + suffix(seen.nonce() + index))
                        .labels(meta.getLabels())
                        .annotations(meta.getAnnotations())
                        .addOwnerReferencesItem(seen.ownerReference()))
                .spec(template.getSpec());
    }

    /** A word from a number: numbers that are next to each other have unlike words. */
    static String suffix(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        var text = new StringBuilder();
        IntStream.range(0, SUFFIX)
                .forEach(i -> text.append(
                        LETTERS.charAt((int) Math.floorMod(mixed >>> (8 * i + 16), (long) LETTERS.length()))));
        return text.toString();
    }
}
