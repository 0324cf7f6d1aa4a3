package com.example.greeting;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import java.util.Map;

public final class GreetingOperator {
    record GreetingSpec(String text) {}

    record GreetingStatus(int pages) {}

    static final Kind<GreetingSpec, GreetingStatus> GREETING =
            Kind.of("demo.operatorlib.io", "v1", "Greeting", GreetingSpec.class, GreetingStatus.class);

    static Plan<GreetingStatus> reconcile(Observed<GreetingSpec, GreetingStatus> seen) {
        var page = new V1ConfigMap()
                .metadata(seen.childMeta("page"))
                .data(Map.of("index.html", seen.spec().text()));
        var pages = seen.owned(V1ConfigMap.class).size();
        return Plan.of(new GreetingStatus(pages))
                .apply(page)
                .condition(Condition.ready(pages == 1, "PageWritten", "the page is in a ConfigMap"));
    }

    static Operator operator() {
        return Operator.named("consumer")
                .crd(Crd.hub(GREETING))
                .controller(Controller.of(GREETING).owns(V1ConfigMap.class).reconcile(GreetingOperator::reconcile));
    }

    public static void main(String[] args) {
        operator().run(args);
    }
}
