package io.operatorlib.postgres;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodStatus;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.operatorlib.Controller;
import io.operatorlib.Measure;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Resource;
import io.operatorlib.Selection;
import io.operatorlib.agent.Agents;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.leader.LeaderElection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The PostgreSQL operator. */
public final class PostgresOperator {
    private static final String NAME = "postgres-operator";

    /** While something is changed or waited for, each tenth of a second counts. */
    private static final Duration IN_MOTION = Duration.ofMillis(150);

    /** How soon the silence of a primary is noticed. */
    private static final Duration AT_REST = Duration.ofSeconds(1);

    private PostgresOperator() {}

    /** The operator on a port to the instances. */
    public static Operator create(Asking instances) {
        return Operator.named(NAME).crd(PostgresCluster.CRD).controller(controller(instances));
    }

    /** The operator as it is installed, on a port to the instances. */
    public static Operator installed(Asking instances) {
        return create(instances)
                .leaderElection(LeaderElection.lease(NAME))
                .conversions(ConversionServer.behindService(NAME).converting(PostgresCluster.CONVERSION));
    }

    public static void main(String[] args) {
        var agents = new Agents(PostgresCluster.STATE_PORT);
        installed((addresses, revision) -> new Instances(agents.ask(addresses, revision, InstanceState.class)))
                .run(args);
    }

    // region controller
    static Controller<PostgresSpec, PostgresStatus> controller(Asking instances) {
        return Controller.of(PostgresCluster.KIND)
                .owns(V1Pod.class)
                .owns(V1Service.class)
                .owns(V1PersistentVolumeClaim.class)
                .owns(Selection.of(V1ConfigMap.class).labelled("app", "postgres"))
                .owns(Selection.of(V1Secret.class).labelled("app", "postgres"))
                .owns(Selection.of(V1ServiceAccount.class).labelled("app", "postgres"))
                .owns(Selection.of(V1RoleBinding.class).labelled("app", "postgres"))
                .observe(Instances.class, PostgresOperator::interval, seen -> observe(instances, seen))
                .measure(PostgresOperator::measures)
                .reconcile(new PostgresReconciler());
    }
    // endregion

    private static Instances observe(Asking instances, Observed<PostgresSpec, PostgresStatus> seen)
            throws InterruptedException {
        var addresses = new TreeMap<String, String>();
        for (V1Pod pod : seen.owned(V1Pod.class)) {
            Optional.ofNullable(pod.getStatus())
                    .map(V1PodStatus::getPodIP)
                    .filter(address -> !address.isEmpty())
                    .ifPresent(address -> addresses.put(PostgresReconciler.instance(pod), address));
        }
        long revision =
                PostgresReconciler.designation(seen).map(Designation::revision).orElse(0L);
        return instances.ask(addresses, revision);
    }

    private static Duration interval(Observed<PostgresSpec, PostgresStatus> seen) {
        boolean settled = PostgresReconciler.designation(seen)
                .filter(told -> PostgresReconciler.decide(seen, told).reason().settled())
                .isPresent();
        return settled ? AT_REST : IN_MOTION;
    }

    private static List<Measure> measures(Resource<PostgresSpec, PostgresStatus> cluster) {
        var status = cluster.status();
        return List.of(
                Measure.of("postgres.cluster.instances.wished", cluster.spec().instances()),
                Measure.of("postgres.cluster.instances.ready", status == null ? 0 : status.ready()),
                Measure.of("postgres.cluster.timeline", status == null ? 0 : status.timeline()));
    }
}
