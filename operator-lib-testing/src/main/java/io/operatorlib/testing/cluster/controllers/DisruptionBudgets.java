package io.operatorlib.testing.cluster.controllers;

import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetSpec;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetStatus;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.util.List;

/**
 * Counts for each PodDisruptionBudget how many of its pods may be evicted now. The pods that there are are those that
 * are expected: their owners are not asked how many they want.
 */
final class DisruptionBudgets {
    private DisruptionBudgets() {}

    static Controller<V1PodDisruptionBudgetSpec, V1PodDisruptionBudgetStatus> controller() {
        Kind<V1PodDisruptionBudgetSpec, V1PodDisruptionBudgetStatus> kind = Kind.builtIn(V1PodDisruptionBudget.class);
        return Controller.of(kind)
                .watches(
                        V1Pod.class,
                        (budget, pod) -> budget.meta().namespace().equals(Pods.namespace(pod))
                                && Pods.selected(budget.spec().getSelector(), pod))
                .reconcile(DisruptionBudgets::reconcile);
    }

    static Plan<V1PodDisruptionBudgetStatus> reconcile(
            Observed<V1PodDisruptionBudgetSpec, V1PodDisruptionBudgetStatus> seen) {
        List<V1Pod> pods =
                seen.watched(V1Pod.class).stream().filter(Pods::active).toList();
        int expected = pods.size();
        int healthy = (int) pods.stream().filter(Pods::ready).count();
        int desired = seen.spec().getMinAvailable() != null
                ? Deployments.part(seen.spec().getMinAvailable(), expected, true)
                : seen.spec().getMaxUnavailable() != null
                        ? Math.max(0, expected - Deployments.part(seen.spec().getMaxUnavailable(), expected, true))
                        : 0;
        int allowed = Math.max(0, healthy - desired);
        return Plan.of(new V1PodDisruptionBudgetStatus()
                        .observedGeneration(seen.meta().generation())
                        .expectedPods(expected)
                        .currentHealthy(healthy)
                        .desiredHealthy(desired)
                        .disruptionsAllowed(allowed))
                .condition(
                        allowed > 0
                                ? Condition.of("DisruptionAllowed", true, "SufficientPods", "")
                                : Condition.of("DisruptionAllowed", false, "InsufficientPods", ""));
    }
}
