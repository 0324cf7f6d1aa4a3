package io.operatorlib.postgres;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.Condition;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Reconciler;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans for one PostgreSQL cluster: what stands around it, the {@link Planner}'s move, and the report. */
final class PostgresReconciler implements Reconciler<PostgresSpec, PostgresStatus> {
    /** What an abrupt failover may lose is announced in steps of this size, lest every commit change the status. */
    private static final long STEP = 1L << 20;

    @Override
    public Plan<PostgresStatus> reconcile(Observed<PostgresSpec, PostgresStatus> seen) {
        if (seen.deleting()) {
            return Plan.withoutStatus();
        }
        var told = designation(seen);
        if (told.isEmpty()) {
            var first = Designation.first(
                    seen.meta().name() + "-1",
                    ParameterCheck.allowed(seen.spec().settings()));
            return Surroundings.all(seen, Plan.withoutStatus())
                    .apply(Surroundings.lease(seen))
                    .create(first.written(Surroundings.designation(seen)))
                    .condition(Condition.ready(false, Decision.Reason.BOOTSTRAPPING.word(), "the cluster begins"));
        }
        var answers = seen.fact(Instances.class).known();
        var decision = decide(seen, told.get());
        var plan = report(seen, told.get(), decision, answers.orElse(new Instances(new TreeMap<>())));
        return seen.spec().isPaused() || answers.isEmpty()
                ? plan
                : move(seen, labelled(seen, Surroundings.all(seen, plan), answers.get()), decision);
    }

    static Decision decide(Observed<PostgresSpec, PostgresStatus> seen, Designation told) {
        var answers = seen.fact(Instances.class).known();
        if (answers.isEmpty()) {
            return Decision.hold(Decision.Reason.ASKING, "the instances are being asked");
        }
        if (seen.spec().isPaused()) {
            return Decision.hold(Decision.Reason.PAUSED, "the operator leaves the cluster alone");
        }
        var spec = seen.spec();
        var wish = new Planner.Wish(
                seen.meta().name(),
                spec.instances(),
                spec.isSynchronous(),
                ParameterCheck.allowed(spec.settings()),
                spec.primary() == null ? "" : spec.primary(),
                spec.maximumLag());
        var pods = seen.owned(V1Pod.class).stream()
                .collect(Collectors.toMap(
                        PostgresReconciler::instance, PostgresReconciler::leaving, (one, other) -> one, TreeMap::new));
        return new Planner(wish, told, pods, answers.get()).decide();
    }

    static Optional<Designation> designation(Observed<PostgresSpec, PostgresStatus> seen) {
        return seen.owned(
                        V1ConfigMap.class,
                        PostgresCluster.designation(seen.meta().name()))
                .map(Designation::read);
    }

    private static boolean leaving(KubernetesObject object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    static String instance(V1Pod pod) {
        return Objects.requireNonNull(Objects.requireNonNull(pod.getMetadata()).getName());
    }

    private static Plan<PostgresStatus> move(
            Observed<PostgresSpec, PostgresStatus> seen, Plan<PostgresStatus> plan, Decision decision) {
        if (decision.move() instanceof Decision.Tell tell) {
            var said = plan.apply(tell.designation().written(Surroundings.designation(seen)));
            return decision.serving() ? said : said.note(decision.reason().word(), decision.message());
        }
        if (decision.move() instanceof Decision.Create create) {
            var old = seen.owned(V1PersistentVolumeClaim.class, create.instance());
            if (old.isPresent() && leaving(old.get())) {
                return plan; // what was lost with it is not to come back
            }
            var pods = new InstancePod(seen);
            var storage = seen.spec().storage();
            return (storage == null ? plan : plan.apply(pods.claim(create.instance(), storage)))
                    .create(pods.pod(create.instance()));
        }
        if (decision.move() instanceof Decision.Delete delete) {
            var claim = seen.owned(V1PersistentVolumeClaim.class, delete.instance());
            var deleted = claim.map(plan::delete).orElse(plan);
            return seen.owned(V1Pod.class, delete.instance())
                    .map(deleted::delete)
                    .orElse(deleted);
        }
        return plan;
    }

    /** Services find pods by what their instances are. */
    private static Plan<PostgresStatus> labelled(
            Observed<PostgresSpec, PostgresStatus> seen, Plan<PostgresStatus> plan, Instances instances) {
        var labelled = plan;
        for (V1Pod pod : seen.owned(V1Pod.class)) {
            var state = instances.answers().get(instance(pod));
            String role = state != null && state.primary() ? "primary" : "replica";
            var labels = Objects.requireNonNull(
                    Objects.requireNonNull(pod.getMetadata()).getLabels());
            if (!role.equals(labels.get(PostgresCluster.ROLE_LABEL))) {
                labelled = labelled.patch(
                        pod, Map.of("metadata", Map.of("labels", Map.of(PostgresCluster.ROLE_LABEL, role))));
            }
        }
        return labelled;
    }

    private static Plan<PostgresStatus> report(
            Observed<PostgresSpec, PostgresStatus> seen, Designation told, Decision decision, Instances instances) {
        var answers = instances.answers();
        var primary = Optional.ofNullable(answers.get(told.primary())).filter(InstanceState::primary);
        int ready = (int) answers.values().stream()
                .filter(state -> state.primary() || state.data().streaming())
                .count();
        var shown = answers.values().stream()
                .map(state -> new PostgresStatus.Instance(
                        state.name(),
                        state.role().name().toLowerCase(Locale.ROOT),
                        state.data().timeline(),
                        state.data().streaming(),
                        state.problem().isEmpty() ? null : state.problem()))
                .toList();
        var status = new PostgresStatus(
                told.primary(),
                ready,
                answers.values().stream()
                        .mapToInt(state -> state.data().timeline())
                        .max()
                        .orElse(0),
                decision.reason().word(),
                loss(told, primary, answers.values()),
                shown);
        boolean serving = primary.isPresent() && decision.serving();
        return Plan.of(status)
                .condition(Condition.ready(serving, decision.reason().word(), decision.message()))
                .condition(ParameterCheck.condition(seen));
    }

    private static @Nullable Long loss(
            Designation told, Optional<InstanceState> primary, Collection<InstanceState> answers) {
        if (!told.synchronous().isEmpty()) {
            return 0L;
        }
        var received = answers.stream()
                .filter(state -> state.data().streaming())
                .mapToLong(state -> state.data().received())
                .max();
        return primary.isEmpty() || received.isEmpty()
                ? null
                : (Math.max(0, primary.get().data().received() - received.getAsLong()) / STEP + 1) * STEP;
    }
}
