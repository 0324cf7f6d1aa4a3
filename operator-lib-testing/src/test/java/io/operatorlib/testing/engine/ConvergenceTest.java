package io.operatorlib.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1HTTPGetAction;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.testing.engine.World.GreetingSpec;
import io.operatorlib.testing.engine.World.GreetingStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
    private static final Controller<GreetingSpec, GreetingStatus> CONTROLLER =
            Controller.of(World.GREETING).owns(V1ConfigMap.class).reconcile(ConvergenceTest::page);

    /** A page with an entry for each of the spec's pages. */
    private static Plan<GreetingStatus> page(Observed<GreetingSpec, GreetingStatus> seen) {
        var data = new TreeMap<String, String>();
        data.put("index.html", String.valueOf(seen.spec().text()));
        Objects.requireNonNull(seen.spec().pages()).forEach(name -> data.put(name, "page"));
        var page = new V1ConfigMap().metadata(seen.childMeta("page")).data(data);
        int pages = seen.owned(V1ConfigMap.class).size();
        return Plan.of(new GreetingStatus(pages))
                .apply(page)
                .condition(Condition.ready(pages == 1, "PageWritten", "the page is in a ConfigMap"));
    }

    private static JsonObject data(World world) {
        return world.map("hello-page").orElseThrow().getAsJsonObject("data");
    }

    @Test
    void aConvergedResourceCausesNoWrites() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "Hello!");
            world.settle("hello");
            assertThat(data(world).get("index.html").getAsString()).isEqualTo("Hello!");
            assertThat(world.condition("hello", "Ready")).isEqualTo("True PageWritten");
            world.sim.quiet(Duration.ofMinutes(10));
        }
    }

    @Test
    void aKeyThatIsNoLongerDesiredDisappearsFromTheChild() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "Hello!");
            world.patchGreeting("hello", "{'spec':{'pages':['a.html','b.html']}}");
            world.settle("hello");
            assertThat(data(world).keySet()).containsExactlyInAnyOrder("index.html", "a.html", "b.html");
            world.patchGreeting("hello", "{'spec':{'pages':['b.html']}}");
            world.settle("hello");
            assertThat(data(world).keySet()).containsExactlyInAnyOrder("index.html", "b.html");
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    @Test
    void whatOthersPutIntoAChildStaysAndWhatTheyChangeOfOursIsPutRight() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            world.greet("hello", "Hello!");
            world.settle("hello");
            world.patchMap("hello-page", "{'data':{'theirs':'stays','index.html':'vandal'}}");
            world.settle("hello");
            assertThat(data(world).get("index.html").getAsString()).isEqualTo("Hello!");
            assertThat(data(world).get("theirs").getAsString()).isEqualTo("stays");
            world.patchMap("hello-page", "{'metadata':{'ownerReferences':null}}");
            world.sim.pass(Duration.ofSeconds(5));
            world.patchGreeting("hello", "{'spec':{'text':'again'}}");
            world.settle("hello");
            assertThat(world.map("hello-page")
                            .orElseThrow()
                            .getAsJsonObject("metadata")
                            .has("ownerReferences"))
                    .isTrue();
            world.sim.quiet(Duration.ofMinutes(5));
        }
    }

    @Test
    void aRestartedOperatorThatFindsAllAsItShouldBeWritesNothing() {
        try (var world = new World()) {
            world.start(CONTROLLER);
            for (int i = 0; i < 5; i++) {
                world.greet("hello-" + i, "Hello!");
            }
            world.settle("hello-4");
            int before = world.sim.effects().size();
            world.sim.crash();
            world.sim.pass(Duration.ofMinutes(1));
            assertThat(world.sim.incarnations()).isEqualTo(2);
            assertThat(world.sim.effects()).hasSize(before);
        }
    }

    @Test
    void childrenThatTheServerCompletesAndRewritesAreConvergedToo() {
        try (var world = new World()) {
            world.start(Controller.of(World.GREETING)
                    .owns(V1Pod.class)
                    .owns(V1Service.class)
                    .owns(V1Secret.class)
                    .reconcile(seen -> Plan.of(new GreetingStatus(1))
                            .apply(pod(seen))
                            .apply(new V1Service()
                                    .metadata(seen.childMeta("service"))
                                    .spec(new V1ServiceSpec()
                                            .clusterIP("None")
                                            .selector(Map.of("app", "web"))
                                            .addPortsItem(new V1ServicePort()
                                                    .name("http")
                                                    .port(80))
                                            .addPortsItem(new V1ServicePort()
                                                    .name("more")
                                                    .port(81)
                                                    .targetPort(new IntOrString("http")))))
                            .apply(new V1Secret()
                                    .metadata(seen.childMeta("secret"))
                                    .stringData(Map.of("password", "pssst")))));
            world.greet("hello", "Hello!");
            world.settle("hello");
            int before = world.sim.effects().size();
            for (int i = 0; i < 20; i++) {
                // each time the pod is another version, and the same in all that we apply
                world.patchPodStatus("hello-pod", "{'status':{'message':'" + i + "'}}");
                world.sim.pass(Duration.ofSeconds(5));
            }
            assertThat(world.sim.effects().subList(before, world.sim.effects().size()))
                    .isEmpty();
            world.patch("/api/v1/namespaces/default/secrets/hello-secret", "{'metadata':{'labels':{'their':'own'}}}");
            world.sim.pass(Duration.ofSeconds(5));
            before = world.sim.effects().size();
            world.patch("/api/v1/namespaces/default/pods/hello-pod", "{'metadata':{'labels':{'app':'other'}}}");
            world.sim.pass(Duration.ofSeconds(5));
            assertThat(world.sim.effects().subList(before, world.sim.effects().size()))
                    .hasSize(1);
        }
    }

    private static V1Pod pod(Observed<GreetingSpec, GreetingStatus> seen) {
        return new V1Pod()
                .metadata(seen.childMeta("pod").putLabelsItem("app", "web").putAnnotationsItem("limits", "1000m"))
                .spec(new V1PodSpec()
                        .nodeSelector(Map.of("disk", "ssd"))
                        .addContainersItem(new V1Container()
                                .name("main")
                                .image("web:1")
                                .command(java.util.List.of("web", "--fast"))
                                .addEnvItem(new V1EnvVar().name("A").value("1"))
                                .addPortsItem(new V1ContainerPort().name("http").containerPort(80))
                                .readinessProbe(new V1Probe()
                                        .httpGet(new V1HTTPGetAction().path("/").port(new IntOrString(80))))
                                .resources(new V1ResourceRequirements()
                                        .putRequestsItem("cpu", Quantity.fromString("1000m"))
                                        .putLimitsItem("memory", Quantity.fromString("1024Mi")))
                                .addVolumeMountsItem(
                                        new V1VolumeMount().name("data").mountPath("/data")))
                        .addVolumesItem(new V1Volume()
                                .name("data")
                                .emptyDir(new V1EmptyDirVolumeSource().sizeLimit(Quantity.fromString("2048Mi")))));
    }
}
