package io.operatorlib.benchmarks;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import java.util.Map;

/** The operator of pages with operator-lib. */
public final class Ours {
    record PageSpec(String text) {}

    record PageStatus(String text) {}

    static final Kind<PageSpec, PageStatus> PAGE =
            Kind.of("bench.operatorlib.io", "v1", "Page", PageSpec.class, PageStatus.class);

    private Ours() {}

    static Plan<PageStatus> reconcile(Observed<PageSpec, PageStatus> seen) {
        FirstReconcile.tell();
        return Plan.of(new PageStatus(seen.spec().text()))
                .apply(new V1ConfigMap()
                        .metadata(seen.childMeta("page"))
                        .data(Map.of("text", seen.spec().text())));
    }

    public static void main(String[] args) {
        Operator.named("ours")
                .controller(Controller.of(PAGE)
                        .owns(V1ConfigMap.class)
                        .workers(Work.WORKERS)
                        .reconcile(Ours::reconcile))
                .http(0)
                .run();
    }
}
