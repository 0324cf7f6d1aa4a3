package io.operatorlib.etcd;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.operatorlib.Meta;
import io.operatorlib.Observed;
import io.operatorlib.Resource;
import io.operatorlib.Selection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CoreOS's operator, as the lock tells by which its replicas elect one: an annotation of the Endpoints of its name, which
 * it renews every few seconds. It deletes pods of clusters that it does not know, so that nothing may be done beside it.
 *
 * @param namespace where it runs, and acts, unless a cluster says that it is for the operator of all namespaces
 * @param lock the annotation
 */
record OldOperator(String namespace, @Nullable String lock) {
    static final String NAME = "etcd-operator";

    static final String LOCK = "control-plane.alpha.kubernetes.io/leader";

    private static final String SCOPE = EtcdCluster.GROUP + "/scope";
    private static final String ALL_NAMESPACES = "clusterwide";

    /** It renews every 2 seconds and loses its lock after 15; as much again for clocks that differ, and for its last act. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    static final Selection<V1Endpoints, OldOperator> LOCKS =
            Selection.of(V1Endpoints.class).where("metadata.name", NAME).as(OldOperator.class, OldOperator::of);

    private record Holder(
            @Nullable String holderIdentity, @Nullable String renewTime) {}

    private static OldOperator of(V1Endpoints endpoints) {
        var meta = Objects.requireNonNull(endpoints.getMetadata());
        Map<String, String> annotations = Objects.requireNonNullElse(meta.getAnnotations(), Map.of());
        return new OldOperator(Objects.requireNonNullElse(meta.getNamespace(), ""), annotations.get(LOCK));
    }

    /** Whether it would act on that cluster. */
    boolean concerns(Resource<?, ?> cluster) {
        return concerns(cluster.meta());
    }

    boolean concerns(Meta cluster) {
        return namespace.equals(cluster.namespace())
                || ALL_NAMESPACES.equals(cluster.annotations().get(SCOPE));
    }

    private Optional<Holder> holder() {
        if (lock == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(new Gson().fromJson(lock, Holder.class))
                    .filter(known -> known.holderIdentity() != null
                            && !known.holderIdentity().isEmpty());
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** Until when it must be taken to run; empty where nobody holds its lock. */
    Optional<Instant> until() {
        return holder().map(Holder::renewTime).flatMap(OldOperator::time).map(renewed -> renewed.plus(SILENCE));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What is to be done about it, for people. */
    String advice() {
        return "CoreOS's etcd operator still runs: "
                + holder().map(Holder::holderIdentity).orElse("somebody")
                + " holds the lock " + namespace + "/" + NAME
                + ". It deletes members that it does not know, so nothing is"
                + " done beside it. Scale its Deployment to 0; this operator goes on half a minute after it has ended";
    }

    /** The one that would act on the cluster and still runs. */
    static Optional<OldOperator> beside(Observed<?, ?> seen) {
        return seen.watched(OldOperator.class).stream()
                .filter(operator -> operator.concerns(seen.meta()))
                .filter(operator ->
                        operator.until().filter(seen.now()::isBefore).isPresent())
                .findFirst();
    }
}
