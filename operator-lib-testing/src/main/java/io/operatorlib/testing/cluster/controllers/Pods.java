package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodCondition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What controllers ask of pods: pure functions. */
final class Pods {
    private Pods() {}

    static V1ObjectMeta meta(V1Pod pod) {
        return pod.getMetadata() == null ? new V1ObjectMeta() : pod.getMetadata();
    }

    static boolean deleting(V1Pod pod) {
        return meta(pod).getDeletionTimestamp() != null;
    }

    static String phase(V1Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? ""
                : pod.getStatus().getPhase();
    }

    /** Tells whether it runs or will: it has neither come to an end nor is it being deleted. */
    static boolean active(V1Pod pod) {
        return !deleting(pod) && !phase(pod).equals("Failed") && !phase(pod).equals("Succeeded");
    }

    static Optional<V1PodCondition> readiness(V1Pod pod) {
        List<V1PodCondition> conditions =
                pod.getStatus() == null ? null : pod.getStatus().getConditions();
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(c -> "Ready".equals(c.getType())).findFirst();
    }

    static boolean ready(V1Pod pod) {
        return readiness(pod).filter(c -> "True".equals(c.getStatus())).isPresent();
    }

    static String address(V1Pod pod) {
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        return ip == null ? "" : ip;
    }

    /** Tells whether all of a selector's labels are there. An empty selector selects nothing. */
    static boolean selected(@Nullable Map<String, String> selector, V1Pod pod) {
        Map<String, String> labels = meta(pod).getLabels();
        return selector != null
                && !selector.isEmpty()
                && labels != null
                && selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    }

    /** Tells whether a selector of labels and expressions selects the pod. An empty one selects every pod. */
    static boolean selected(@Nullable V1LabelSelector selector, V1Pod pod) {
        if (selector == null) {
            return false;
        }
        Map<String, String> labels = Optional.ofNullable(meta(pod).getLabels()).orElse(Map.of());
        Map<String, String> wanted =
                Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of());
        var expressions = Optional.ofNullable(selector.getMatchExpressions()).orElse(List.of());
        return wanted.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
                && expressions.stream().allMatch(e -> {
                    String value = labels.get(e.getKey());
                    List<String> values = Optional.ofNullable(e.getValues()).orElse(List.of());
                    return switch (e.getOperator()) {
                        case "In" -> value != null && values.contains(value);
                        case "NotIn" -> value == null || !values.contains(value);
                        case "Exists" -> value != null;
                        default -> value == null;
                    };
                });
    }

    static String namespace(V1Pod pod) {
        String namespace = meta(pod).getNamespace();
        return namespace == null ? "" : namespace;
    }
}
