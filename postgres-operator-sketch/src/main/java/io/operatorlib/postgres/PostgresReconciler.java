package io.operatorlib.postgres;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.Condition;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Reconciler;
import io.operatorlib.agent.Notice;
import io.operatorlib.postgres.InstanceState.Data;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
                    .create(Notice.write(Surroundings.designation(seen), first))
                    .condition(Condition.ready(false, Decision.Reason.BOOTSTRAPPING.word(), "the cluster begins"));
        }
        // region reconcile
        var answers = seen.fact(Instances.class).known();
        var decision = decide(seen, told.get());
        var plan = report(seen, told.get(), decision, answers.orElse(new Instances(new TreeMap<>())));
        return seen.spec().isPaused() || answers.isEmpty()
                ? plan
                : move(seen, labelled(seen, Surroundings.all(seen, plan), answers.get()), decision);
        // endregion
    }

    static Decision decide(Observed<PostgresSpec, PostgresStatus> seen, Designation told) {
        var answers = seen.fact(Instances.class).known();
        if (answers.isEmpty()) {
            return Decision.hold(Decision.Reason.ASKING, "the instances are being asked");
        }
        if (seen.spec().isPaused()) {
            return Decision.hold(Decision.Reason.PAUSED, "the operator leaves the cluster alone");
        }
        var pods = new TreeMap<String, Boolean>();
        seen.owned(V1Pod.class).forEach(pod -> pods.put(instance(pod), leaving(pod)));
        return new Planner(seen.meta().name(), seen.spec(), told, pods, answers.get()).decide();
    }

    static Optional<Designation> designation(Observed<PostgresSpec, PostgresStatus> seen) {
        String name = PostgresCluster.designation(seen.meta().name());
        return seen.owned(V1ConfigMap.class, name).map(map -> Notice.read(map, Designation.class));
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
            var said = plan.apply(Notice.write(Surroundings.designation(seen), tell.designation()));
            return decision.serving() ? said : said.note(decision.reason().word(), decision.message());
        }
        if (decision.move() instanceof Decision.Create create) {
            var old = seen.owned(V1PersistentVolumeClaim.class, create.instance());
            if (old.filter(PostgresReconciler::leaving).isPresent()) {
                return plan; // what was lost with it is not to come back
            }
            var storage = seen.spec().storage();
            return (storage == null ? plan : plan.apply(InstancePod.claim(seen, create.instance(), storage)))
                    .create(InstancePod.pod(seen, create.instance()));
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
            var state = instances.answers().getOrDefault(instance(pod), InstanceState.SILENT);
            labelled = labelled.label(pod, PostgresCluster.ROLE_LABEL, state.primary() ? "primary" : "replica");
        }
        return labelled;
    }

    private static Plan<PostgresStatus> report(
            Observed<PostgresSpec, PostgresStatus> seen, Designation told, Decision decision, Instances instances) {
        var answers = instances.answers().values();
        var primary =
                Optional.ofNullable(instances.answers().get(told.primary())).filter(InstanceState::primary);
        var shown = answers.stream().map(PostgresStatus.Instance::of).toList();
        var status = new PostgresStatus(
                told.primary(),
                (int) answers.stream().filter(InstanceState::serves).count(),
                shown.stream().mapToInt(PostgresStatus.Instance::timeline).max().orElse(0),
                decision.reason().word(),
                told.synchronous().isEmpty() ? loss(primary, answers) : Long.valueOf(0),
                shown);
        boolean serving = primary.isPresent() && decision.serving();
        return Plan.of(status)
                .condition(Condition.ready(serving, decision.reason().word(), decision.message()))
                .condition(ParameterCheck.condition(seen));
    }

    private static @Nullable Long loss(Optional<InstanceState> primary, Collection<InstanceState> answers) {
        var received = answers.stream()
                .map(InstanceState::data)
                .filter(Data::streaming)
                .mapToLong(Data::received);
        var best = received.max();
        return primary.isEmpty() || best.isEmpty()
                ? null
                : (Math.max(0, primary.get().data().received() - best.getAsLong()) / STEP + 1) * STEP;
    }
}
