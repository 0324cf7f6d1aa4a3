package io.operatorlib.testing.leader;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.leader.LeaderElection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** An operator that is always busy: it writes for as long as it leads. */
public final class WriterProgram {
    static final Duration LEASE = Duration.ofSeconds(3);
    static final LeaderElection ELECTION =
            LeaderElection.lease("writer").in("default").lasting(LEASE);

    private static final Duration EVERY = Duration.ofMillis(20);

    private WriterProgram() {}

    public static void main(String[] args) {
        var count = new AtomicLong();
        Operator.named("writer")
                .namespaces(List.of("default"))
                .controller(Controller.<Object, Object>of(Kind.builtIn(V1ConfigMap.class))
                        .reconcile(seen -> seen.meta().name().equals("trigger")
                                ? Plan.withoutStatus()
                                        .apply(new V1ConfigMap()
                                                .metadata(new V1ObjectMeta()
                                                        .name("page")
                                                        .namespace("default"))
                                                .data(Map.of("count", "" + count.incrementAndGet())))
                                        .requeueAfter(EVERY)
                                : Plan.withoutStatus()))
                .leaderElection(ELECTION)
                .http(0)
                .run();
    }
}
