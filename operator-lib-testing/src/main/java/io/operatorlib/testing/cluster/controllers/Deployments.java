package io.operatorlib.testing.cluster.controllers;

import com.google.common.hash.Hashing;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1DeploymentStatus;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ReplicaSet;
import io.kubernetes.client.openapi.models.V1ReplicaSetSpec;
import io.kubernetes.client.openapi.models.V1ReplicaSetStatus;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.internal.json.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a Deployment's pods from one template to another by way of ReplicaSets: all at once after the old ones are
 * gone ({@code Recreate}), or step by step within what may be too many and too few ({@code RollingUpdate}).
 */
final class Deployments {
    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";

    /** Kubernetes' defaults, where the API server has set none. */
    private static final int HISTORY = 10;

    private static final String QUARTER = "25%";

    private final Codec codec = new Codec();

    Controller<V1DeploymentSpec, V1DeploymentStatus> controller() {
        Kind<V1DeploymentSpec, V1DeploymentStatus> kind = Kind.builtIn(V1Deployment.class);
        return Controller.of(kind)
                .owns(V1ReplicaSet.class)
                .watches(
                        V1Pod.class,
                        (deployment, pod) -> deployment.meta().namespace().equals(Pods.namespace(pod))
                                && Pods.selected(deployment.spec().getSelector(), pod))
                .reconcile(this::reconcile);
    }

    Plan<V1DeploymentStatus> reconcile(Observed<V1DeploymentSpec, V1DeploymentStatus> seen) {
        String hash = hash(seen.spec().getTemplate());
        List<V1ReplicaSet> sets = seen.owned(V1ReplicaSet.class);
        Optional<V1ReplicaSet> current =
                sets.stream().filter(set -> hash.equals(labels(set).get(HASH))).findFirst();
        List<V1ReplicaSet> old =
                sets.stream().filter(set -> !hash.equals(labels(set).get(HASH))).toList();
        var plan = report(seen, current, sets);
        if (seen.deleting()) {
            return plan;
        }
        if (Boolean.TRUE.equals(seen.spec().getPaused())) {
            return current.isPresent() && old.isEmpty() ? scale(plan, current.get(), replicas(seen)) : plan;
        }
        boolean recreate = seen.spec().getStrategy() != null
                && "Recreate".equals(seen.spec().getStrategy().getType());
        plan = recreate ? recreate(plan, seen, hash, current, old) : roll(plan, seen, hash, current, old);
        return forgetOld(numbered(plan, seen, current, old), seen, old);
    }

    /** The newest ReplicaSet has the highest revision, also one that was there before; the Deployment has the same. */
    private static Plan<V1DeploymentStatus> numbered(
            Plan<V1DeploymentStatus> plan,
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen,
            Optional<V1ReplicaSet> current,
            List<V1ReplicaSet> old) {
        if (current.isEmpty()) {
            return plan;
        }
        int own = revision(List.of(current.get()));
        int newest = Math.max(own, revision(old) + 1);
        var numbered = own == newest ? plan : plan.patch(current.get(), revised(newest));
        if (String.valueOf(newest).equals(seen.meta().annotations().get(REVISION))) {
            return numbered;
        }
        var deployment = new V1Deployment()
                .metadata(new V1ObjectMeta()
                        .namespace(seen.meta().namespace())
                        .name(seen.meta().name())
                        .uid(seen.meta().uid()));
        return numbered.patch(deployment, revised(newest));
    }

    private static Map<String, ?> revised(int revision) {
        return Map.of("metadata", Map.of("annotations", Map.of(REVISION, String.valueOf(revision))));
    }

    private Plan<V1DeploymentStatus> recreate(
            Plan<V1DeploymentStatus> plan,
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen,
            String hash,
            Optional<V1ReplicaSet> current,
            List<V1ReplicaSet> old) {
        for (V1ReplicaSet set : old) {
            plan = scale(plan, set, 0);
        }
        // also those that are just ending: two generations must not run at once
        boolean oldRun = seen.watched(V1Pod.class).stream()
                .anyMatch(pod -> !hash.equals(Pods.meta(pod).getLabels().get(HASH))
                        && !Pods.phase(pod).equals("Failed")
                        && !Pods.phase(pod).equals("Succeeded"));
        int wished = oldRun ? 0 : replicas(seen);
        return current.isPresent()
                ? scale(plan, current.get(), oldRun ? wanted(current.get()) : wished)
                : oldRun ? plan : begun(plan, replicaSet(seen, hash, wished, revision(old) + 1));
    }

    private Plan<V1DeploymentStatus> roll(
            Plan<V1DeploymentStatus> plan,
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen,
            String hash,
            Optional<V1ReplicaSet> current,
            List<V1ReplicaSet> old) {
        int wished = replicas(seen);
        int surge = share(seen, wished, true);
        int missing = share(seen, wished, false);
        int oldWanted = old.stream().mapToInt(Deployments::wanted).sum();
        int room = Math.max(0, wished + surge - oldWanted);
        int now = current.map(Deployments::wanted).orElse(0);
        int next = oldWanted == 0 ? wished : Math.min(wished, Math.max(Math.min(now, wished), room));
        plan = current.isPresent()
                ? scale(plan, current.get(), next)
                : begun(plan, replicaSet(seen, hash, next, revision(old) + 1));
        int available = current.map(Deployments::available).orElse(0)
                + old.stream().mapToInt(Deployments::available).sum();
        int spare = Math.max(0, available - (wished - missing));
        for (V1ReplicaSet set : old) {
            int unavailable = Math.max(0, wanted(set) - available(set));
            int less = Math.min(wanted(set), unavailable + spare);
            spare -= Math.max(0, less - unavailable);
            plan = scale(plan, set, wanted(set) - less);
        }
        return plan;
    }

    private static int share(Observed<V1DeploymentSpec, V1DeploymentStatus> seen, int replicas, boolean surge) {
        var rolling = seen.spec().getStrategy() == null
                ? null
                : seen.spec().getStrategy().getRollingUpdate();
        int maxSurge = part(rolling == null ? null : rolling.getMaxSurge(), replicas, true);
        int maxUnavailable = part(rolling == null ? null : rolling.getMaxUnavailable(), replicas, false);
        // nothing would ever move
        int unavailable = maxSurge == 0 && maxUnavailable == 0 ? 1 : maxUnavailable;
        return surge ? maxSurge : unavailable;
    }

    static int part(@Nullable IntOrString value, int of, boolean up) {
        if (value != null && value.isInteger()) {
            return value.getIntValue();
        }
        String text = value == null ? QUARTER : value.getStrValue();
        double share = Integer.parseInt(text.substring(0, text.length() - 1)) * of / 100.0;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }

    private static Plan<V1DeploymentStatus> forgetOld(
            Plan<V1DeploymentStatus> plan,
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen,
            List<V1ReplicaSet> old) {
        int limit = Optional.ofNullable(seen.spec().getRevisionHistoryLimit()).orElse(HISTORY);
        List<V1ReplicaSet> empty = old.stream()
                .filter(set -> wanted(set) == 0
                        && status(set, V1ReplicaSetStatus::getReplicas) == 0
                        && set.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(set -> revision(List.of(set))))
                .toList();
        for (V1ReplicaSet set : empty.subList(0, Math.max(0, empty.size() - limit))) {
            plan = plan.delete(set);
        }
        return plan;
    }

    private static Plan<V1DeploymentStatus> scale(Plan<V1DeploymentStatus> plan, V1ReplicaSet set, int replicas) {
        return wanted(set) == replicas
                ? plan
                : plan.patch(set, Map.of("spec", Map.of("replicas", replicas)))
                        .note("ScalingReplicaSet", scaled(set.getMetadata().getName(), wanted(set), replicas));
    }

    private static String scaled(String set, int from, int to) {
        return "Scaled " + (to > from ? "up" : "down") + " replica set " + set + " from " + from + " to " + to;
    }

    private static Plan<V1DeploymentStatus> begun(Plan<V1DeploymentStatus> plan, V1ReplicaSet set) {
        return plan.create(set)
                .note("ScalingReplicaSet", scaled(set.getMetadata().getName(), 0, wanted(set)));
    }

    private static V1ReplicaSet replicaSet(
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen, String hash, int replicas, int revision) {
        V1PodTemplateSpec template = seen.spec().getTemplate();
        V1ObjectMeta meta = template.getMetadata() == null ? new V1ObjectMeta() : template.getMetadata();
        var labels = new LinkedHashMap<>(Optional.ofNullable(meta.getLabels()).orElse(Map.of()));
        labels.put(HASH, hash);
        V1LabelSelector selector = seen.spec().getSelector();
        var wanted = new LinkedHashMap<>(
                Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of()));
        wanted.put(HASH, hash);
        return new V1ReplicaSet()
                .metadata(seen.childMeta(hash).labels(labels).putAnnotationsItem(REVISION, String.valueOf(revision)))
                .spec(new V1ReplicaSetSpec()
                        .replicas(replicas)
                        .minReadySeconds(seen.spec().getMinReadySeconds())
                        .selector(new V1LabelSelector()
                                .matchLabels(wanted)
                                .matchExpressions(selector.getMatchExpressions()))
                        .template(new V1PodTemplateSpec()
                                .metadata(new V1ObjectMeta().labels(labels).annotations(meta.getAnnotations()))
                                .spec(template.getSpec())));
    }

    private static Plan<V1DeploymentStatus> report(
            Observed<V1DeploymentSpec, V1DeploymentStatus> seen,
            Optional<V1ReplicaSet> current,
            List<V1ReplicaSet> sets) {
        int wished = replicas(seen);
        int available = sets.stream().mapToInt(Deployments::available).sum();
        int total = sets.stream()
                .mapToInt(set -> status(set, V1ReplicaSetStatus::getReplicas))
                .sum();
        int updated =
                current.map(set -> status(set, V1ReplicaSetStatus::getReplicas)).orElse(0);
        int needed = wished - share(seen, wished, false);
        boolean complete = updated == wished && total == wished && available == wished;
        return Plan.of(new V1DeploymentStatus()
                        .observedGeneration(seen.meta().generation())
                        .replicas(total)
                        .updatedReplicas(updated)
                        .readyReplicas(sets.stream()
                                .mapToInt(set -> status(set, V1ReplicaSetStatus::getReadyReplicas))
                                .sum())
                        .availableReplicas(available)
                        .unavailableReplicas(Math.max(0, wished - available)))
                .condition(
                        available >= needed
                                ? Condition.of(
                                        "Available",
                                        true,
                                        "MinimumReplicasAvailable",
                                        "Deployment has minimum availability.")
                                : Condition.of(
                                        "Available",
                                        false,
                                        "MinimumReplicasUnavailable",
                                        "Deployment does not have minimum availability."))
                .condition(Condition.of(
                        "Progressing",
                        true,
                        complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                        complete ? "the newest ReplicaSet has all its pods" : "the newest ReplicaSet is progressing"));
    }

    private String hash(V1PodTemplateSpec template) {
        String text = codec.encode(template).toString();
        return Hashing.sha256()
                .hashString(text, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 10);
    }

    private static int revision(List<V1ReplicaSet> sets) {
        var revisions = new ArrayList<Integer>(List.of(0));
        for (V1ReplicaSet set : sets) {
            Map<String, String> annotations = set.getMetadata().getAnnotations();
            String revision = annotations == null ? null : annotations.get(REVISION);
            if (revision != null && revision.matches("\\d{1,9}")) {
                revisions.add(Integer.valueOf(revision));
            }
        }
        return revisions.stream().max(Comparator.naturalOrder()).orElse(0);
    }

    private static int replicas(Observed<V1DeploymentSpec, V1DeploymentStatus> seen) {
        return Optional.ofNullable(seen.spec().getReplicas()).orElse(1);
    }

    private static int wanted(V1ReplicaSet set) {
        Integer replicas = set.getSpec() == null ? null : set.getSpec().getReplicas();
        return replicas == null ? 1 : replicas;
    }

    private static int available(V1ReplicaSet set) {
        return status(set, V1ReplicaSetStatus::getAvailableReplicas);
    }

    private static int status(V1ReplicaSet set, Function<V1ReplicaSetStatus, @Nullable Integer> field) {
        return Optional.ofNullable(set.getStatus()).map(field).orElse(0);
    }

    private static Map<String, String> labels(V1ReplicaSet set) {
        return Optional.ofNullable(set.getMetadata().getLabels()).orElse(Map.of());
    }
}
