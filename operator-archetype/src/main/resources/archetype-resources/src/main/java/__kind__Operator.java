package ${package};

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.MinLength;
import java.util.Map;

/** Keeps a ConfigMap with a page for each ${kind}. */
public final class ${kind}Operator {
    /** What a user wishes. */
    record ${kind}Spec(@MinLength(1) String title, String page) {}

    /** What the operator reports. */
    record ${kind}Status(int ready) {}

    static final Kind<${kind}Spec, ${kind}Status> KIND =
            Kind.of("${apiGroup}", "v1", "${kind}", ${kind}Spec.class, ${kind}Status.class);

    /** From what is observed to what is to be done: no calls, no clock, no memory. */
    static Plan<${kind}Status> reconcile(Observed<${kind}Spec, ${kind}Status> seen) {
        var html = "<h1>" + seen.spec().title() + "</h1>\n<p>" + seen.spec().page() + "</p>\n";
        var page = new V1ConfigMap().metadata(seen.childMeta("page")).data(Map.of("index.html", html));
        var ready = seen.owned(V1ConfigMap.class).size();
        return Plan.of(new ${kind}Status(ready))
                .apply(page)
                .condition(Condition.ready(ready == 1, "PageWritten", "the page is in a ConfigMap"));
    }

    static Operator operator() {
        return Operator.named("${artifactId}")
                .crd(Crd.hub(KIND))
                .controller(Controller.of(KIND).owns(V1ConfigMap.class).reconcile(${kind}Operator::reconcile));
    }

    public static void main(String[] args) {
        operator().run(args);
    }
}
