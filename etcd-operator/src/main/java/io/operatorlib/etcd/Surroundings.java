package io.operatorlib.etcd;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Rendering;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Renders what stands around the members: two Services and a PodDisruptionBudget. */
final class Surroundings {
    private Surroundings() {}

    /** Begins a plan in which they are as they are meant for that many voters. */
    static Plan<EtcdClusterStatus> plan(Observed<?, ?> seen, int voters) {
        return planKeeping(seen, Quorum.of(voters));
    }

    /** Begins a plan in which they are as they are meant where drains are to leave that many voters' pods. */
    static Plan<EtcdClusterStatus> planKeeping(Observed<?, ?> seen, int pods) {
        return Plan.<EtcdClusterStatus>withoutStatus()
                .apply(peers(seen))
                .apply(clients(seen))
                .apply(budget(seen, pods));
    }

    /**
     * Tells whether the budget has said for a while that so many voters' pods are to stay, and nobody was allowed to
     * evict one just before. The API server refuses evictions until what is counted is counted by the new number.
     */
    static boolean keep(Observed<?, ?> seen, Roster roster, int pods) {
        return seen.owned(V1PodDisruptionBudget.class, seen.meta().name())
                .filter(budget -> budget.getSpec() != null
                        && new IntOrString(pods).equals(budget.getSpec().getMinAvailable()))
                .filter(budget -> disrupted(budget).stream().noneMatch(roster::stays))
                .isPresent();
    }

    private static Set<String> disrupted(V1PodDisruptionBudget budget) {
        var status = budget.getStatus();
        return status == null || status.getDisruptedPods() == null
                ? Set.of()
                : status.getDisruptedPods().keySet();
    }

    /** Gives members their names. Peers must find each other before any of them is ready. */
    static V1Service peers(Observed<?, ?> seen) {
        return Rendering.names(
                meta(seen, seen.meta().name()),
                EtcdCluster.labels(seen.meta()),
                Map.of("client", EtcdCluster.CLIENT_PORT, "peer", EtcdCluster.PEER_PORT));
    }

    /** Where clients find the voters. */
    static V1Service clients(Observed<?, ?> seen) {
        return Rendering.service(
                meta(seen, EtcdCluster.clientService(seen.meta())),
                voters(seen),
                Map.of("client", EtcdCluster.CLIENT_PORT));
    }

    /** Keeps drains from taking the quorum; pods without a controller can only be counted from below. */
    private static V1PodDisruptionBudget budget(Observed<?, ?> seen, int pods) {
        return new V1PodDisruptionBudget()
                .metadata(meta(seen, seen.meta().name()))
                .spec(new V1PodDisruptionBudgetSpec()
                        .minAvailable(new IntOrString(pods))
                        .selector(new V1LabelSelector().matchLabels(voters(seen))));
    }

    private static Map<String, String> voters(Observed<?, ?> seen) {
        var labels = new TreeMap<>(EtcdCluster.labels(seen.meta()));
        labels.put(EtcdCluster.ROLE_LABEL, EtcdCluster.VOTER);
        return labels;
    }

    private static V1ObjectMeta meta(Observed<?, ?> seen, String name) {
        return seen.ownedMeta(name).labels(EtcdCluster.labels(seen.meta()));
    }
}
