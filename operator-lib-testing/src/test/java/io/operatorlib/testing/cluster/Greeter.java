package io.operatorlib.testing.cluster;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import java.util.Map;

/** A whole operator as a program, as an author writes one: it keeps a ConfigMap for each Greeting. */
final class Greeter {
    private static final Kind<Spec, Status> GREETING =
            Kind.of("demo.operatorlib.io", "v1", "Greeting", Spec.class, Status.class);

    private Greeter() {}

    record Spec(String text) {}

    record Status(int pages) {}

    public static void main(String[] arguments) {
        Operator.named("greeter")
                .crd(Crd.hub(GREETING))
                .controller(Controller.of(GREETING)
                        .owns(V1ConfigMap.class)
                        .reconcile(seen -> Plan.of(
                                        new Status(seen.owned(V1ConfigMap.class).size()))
                                .apply(new V1ConfigMap()
                                        .metadata(seen.childMeta("page"))
                                        .data(Map.of("text", seen.spec().text())))))
                .http(Integer.parseInt(arguments[0]))
                .run();
    }
}
