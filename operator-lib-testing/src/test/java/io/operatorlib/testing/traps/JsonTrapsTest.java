package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.Ports;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.PreserveUnknown;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of fields that a client does not know, and of those that nobody set. */
class JsonTrapsTest {
    private final Codec codec = new Codec();

    @Test
    void t0_aFieldThatTheClientDoesNotKnowStopsNothing() {
        for (String place : new String[] {"metadata", "spec", "status"}) {
            String pod = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[]},\"status\":{}}"
                    .replace("\"" + place + "\":{", "\"" + place + "\":{\"future\":[{\"a\":1}],")
                    .replace(",}", "}");
            Throwable theirs = catchThrowable(() -> JSON.deserialize(pod, V1Pod.class));
            var ours = codec.decode(V1Pod.class, Json.parse(pod));

            assertThat(ours.getMetadata().getName()).isEqualTo("p");
            SideBySide.tell("T0", place + ": " + theirs, place + ": read");
        }
    }

    record Spec(
            @Nullable String text,
            @PreserveUnknown @Nullable Object more) {}

    record Status(int seen) {}

    private static final Kind<Spec, Status> NOTE =
            Kind.of("demo.operatorlib.io", "v1", "Note", Spec.class, Status.class);

    /** An operator that knows less of its own kind than is stored. */
    private record Older(@Nullable String text) {}

    private static final Kind<Older, Status> OLDER_NOTE =
            Kind.of("demo.operatorlib.io", "v1", "Note", Older.class, Status.class);

    @Test
    void t18_whatAnOperatorDoesNotKnowIsThereStillAfterItsWrites() {
        String stored = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"future\":1}]}}";
        var roundTrip = codec.encode(codec.decode(V1Pod.class, Json.parse(stored)));
        assertThat(roundTrip.toString()).as("a model has no place for it").doesNotContain("future");

        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            cluster.create(
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    Crd.hub(NOTE).json());
            String notes = "/apis/demo.operatorlib.io/v1/namespaces/default/notes";
            cluster.create(
                    notes,
                    "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Note\",\"metadata\":{\"name\":\"n\"},"
                            + "\"spec\":{\"text\":\"a\",\"more\":{\"future\":1}}}");
            cluster.operator(ports -> Operator.named("noter")
                    .controller(Controller.of(OLDER_NOTE)
                            .finalizer("demo.operatorlib.io/note")
                            .reconcile(seen -> Plan.of(new Status(1)).finalizer("demo.operatorlib.io/note")))
                    .start(new Ports(ports.kubeApi(), ports.scheduler())));
            sim.eventually(
                    Duration.ofSeconds(30),
                    "the status is written",
                    () -> cluster.get(notes + "/n")
                            .map(note -> Json.number(0, note, "status", "seen") == 1)
                            .orElse(false));
            var note = cluster.get(notes + "/n").orElseThrow();
            assertThat(Json.list(note, "metadata", "finalizers")).hasSize(1);
            assertThat(Json.number(0, note, "spec", "more", "future")).isEqualTo(1);
            SideBySide.tell("T18", "dropped by reading and writing " + roundTrip, "kept");
        }
    }

    @Test
    void t19_whatNobodySetIsNotSent() {
        var meta = new V1ObjectMeta().name("x");
        var container = new V1Container().name("c");

        assertThat(codec.encode(meta)).hasToString("{\"name\":\"x\"}");
        assertThat(codec.encode(container)).hasToString("{\"name\":\"c\"}");
        SideBySide.tell("T19", JSON.serialize(meta), codec.encode(meta).toString());
        assertThatThrownBy(() -> codec.decode(V1Pod.class, Json.parse("{\"spec\":7}")))
                .as("a field that does not fit is still an error")
                .hasMessageContaining("spec");
    }
}
