package io.operatorlib.testing.extended;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NamespaceList;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.extended.ExtendedController;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reconcilers as client-java-extended has them, unchanged, on this engine. */
class ExtendedControllerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final KindRef MAPS = BuiltInKinds.of(V1ConfigMap.class);
    private static final KindRef NAMESPACES = BuiltInKinds.of(V1Namespace.class);

    record Spec(String text) {}

    record Status(int length) {}

    private static final Kind<Spec, Status> NOTE =
            Kind.of("demo.operatorlib.io", "v1", "Note", Spec.class, Status.class);

    private final RealScheduler scheduler = new RealScheduler();
    private final ApiServer server = ApiServer.create(scheduler);
    private final KubeClient user = new KubeClient(server.as(Caller.ADMIN));
    private final ApiServerHttps https = ApiServerHttps.start(server, scheduler, ApiServerHttps.Listen.loopback());
    private ApiClient client;
    private RunningOperator running;

    @BeforeEach
    void connect() throws IOException {
        client = ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(https.kubeconfig())))
                .build();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (running != null) {
            running.stop(Duration.ofSeconds(5));
        }
        https.close();
    }

    private void start(Controller<?, ?> controller) {
        running = Operator.named("moved").controller(controller).start(new Ports(server.as(Caller.ADMIN), scheduler));
    }

    private void comes(BooleanSupplier condition) {
        long end = scheduler.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(scheduler.nanoTime()).isLessThan(end);
            try {
                scheduler.sleep(Duration.ofMillis(2));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private String count(String namespace) {
        return user.find(NAMESPACES, new ResourceKey("", namespace))
                .map(found -> Json.text(found, "metadata", "labels", "maps"))
                .orElse("none");
    }

    @Test
    void aReconcilerOfNamespacesThatListsConfigMapsRunsUnchanged() {
        var api = new GenericKubernetesApi<>(V1Namespace.class, V1NamespaceList.class, "", "v1", "namespaces", client);
        // region moved
        var wiring = ExtendedController.of(V1Namespace.class)
                .watch(V1ConfigMap.class, map -> new Request(map.getMetadata().getNamespace()));
        var reconciler =
                new CountingReconciler(wiring.informer(V1Namespace.class), wiring.informer(V1ConfigMap.class), api);
        Controller<?, ?> controller = wiring.workers(4).reconcile(reconciler);
        // endregion
        start(controller);
        comes(() -> count("default").equals("0"));
        for (int i = 0; i < 20; i++) {
            user.create(MAPS, "default", Json.parse("{\"metadata\":{\"name\":\"m" + i + "\"}}"), "user");
        }
        comes(() -> count("default").equals("20"));
        user.delete(MAPS, new ResourceKey("default", "m0"), DeleteOptions.DEFAULT);
        comes(() -> count("default").equals("19"));
    }

    @Test
    void aReconcilerOfACustomResourceGetsItsRetriesItsIndexAndItsDeletions() throws InterruptedException {
        new CrdRegistrar(server.as(Caller.ADMIN), scheduler, "user").register(Crd.hub(NOTE));
        var wiring = ExtendedController.of(Note.class, NOTE).watch(V1ConfigMap.class, NoteReconcilerKeys::of);
        var reconciler = new NoteReconciler(
                wiring.informer(Note.class),
                wiring.informer(V1ConfigMap.class),
                new GenericKubernetesApi<>(Note.class, Note.Notes.class, "demo.operatorlib.io", "v1", "notes", client),
                new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client));
        start(wiring.reconcile(reconciler));
        KindRef notes = KindRef.of(NOTE);
        var key = new ResourceKey("default", "n");
        user.create(
                notes, "default", Json.parse("{\"metadata\":{\"name\":\"n\"},\"spec\":{\"text\":\"four\"}}"), "user");
        comes(() -> Json.text(user.get(notes, key), "metadata", "annotations", "length")
                .equals("4"));
        assertThat(Json.text(user.get(MAPS, key), "data", "text")).isEqualTo("four");
        assertThat(Json.at(user.get(notes, key), "status"))
                .as("the status is its own")
                .isNull();

        user.delete(notes, key, DeleteOptions.DEFAULT);
        comes(() -> reconciler.gone.contains(new Request("default", "n")));
        assertThatThrownBy(() -> wiring.informer(V1ConfigMap.class).getIndexer().add(new V1ConfigMap()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    /** Which note a ConfigMap belongs to. */
    private static final class NoteReconcilerKeys {
        static Request of(V1ConfigMap map) {
            return map.getMetadata().getName().equals("n") ? new Request("default", "n") : null;
        }
    }
}
