package io.operatorlib.testing.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.operatorlib.Kind;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdException;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.crd.Default;
import io.operatorlib.crd.ListMapKeys;
import io.operatorlib.crd.MaxItems;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import io.operatorlib.crd.Pattern;
import io.operatorlib.crd.PreserveUnknown;
import io.operatorlib.crd.Rule;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions made from types, on a server that judges by them. Each case was seen on a real kube-apiserver 1.34. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one server: to read its rules takes longer than all the tests
class DefinitionsOnServerTest {
    enum Mode {
        Fast,
        Slow
    }

    record Item(@MaxLength(30) String name, int count) {}

    @Rule(value = "self.size >= 1 || has(self.image)", message = "size 0 needs an image")
    record Spec(
            @Minimum(0) @Maximum(7) @Default("3") int size,
            @Pattern("^3\\..*") @MaxLength(20) String version,
            @Nullable String image,
            @Default("Fast") Mode mode,
            @Default("30s") Duration timeout,
            @Nullable Quantity memory,
            @Nullable IntOrString port,
            @Nullable V1ResourceRequirements resources,
            @Nullable V1Affinity affinity,
            List<V1Toleration> tolerations,
            @Nullable V1PodTemplateSpec template,
            Map<String, String> labels,
            Set<String> zones,

            @ListMapKeys("name") @MaxItems(9) @Rule(value = "self.all(x, x.count >= 0)", message = "no counts below 0")
            List<Item> items,

            @Nullable @PreserveUnknown Object anything) {}

    record Status(int ready, @Nullable String selector) {}

    private static final Kind<Spec, Status> WIDGET =
            Kind.of("try.operatorlib.io", "v1", "Widget", Spec.class, Status.class);
    private static final Crd CRD = Crd.hub(WIDGET)
            .shortNames("wd")
            .column("Size", ".spec.size", "integer")
            .scale(".spec.size", ".status.ready", ".status.selector")
            .rule("size(self.metadata.name) <= 20", "the name is too long");
    private static final KindRef WIDGETS = KindRef.of(WIDGET);

    private final Sim sim = Sim.seeded(1);
    private final ApiServer server = ApiServer.create(sim.scheduler());
    private final KubeClient client = new KubeClient(server.as(Caller.ADMIN));

    @BeforeAll
    void register() throws InterruptedException {
        new CrdRegistrar(server.as(Caller.ADMIN), sim.scheduler(), "tester").register(CRD);
    }

    @AfterAll
    void close() {
        sim.close();
    }

    private JsonObject create(String name, String spec) {
        return client.create(
                WIDGETS,
                "default",
                Json.parse("{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":" + spec.replace('\'', '"') + "}"),
                "user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'size':8,'version':'3.5'} | spec.size | less than or equal to 7",
                "{'size':-1,'version':'3.5'} | spec.size | greater than or equal to 0",
                "{'size':'three','version':'3.5'} | spec.size | must be of type integer",
                "{'version':'2'} | spec.version | should match",
                "{} | spec.version | Required value",
                "{'version':'3.5','mode':'X'} | spec.mode | Unsupported value",
                "{'version':'3.5','timeout':'soon'} | spec.timeout | should match",
                "{'version':'3.5','memory':'1Gx'} | spec.memory | should match",
                "{'version':'3.5','items':[{'name':'a','count':-1}]} | spec.items | no counts below 0",
                "{'version':'3.5','items':[{'name':'a','count':1},{'name':'a','count':1}]} | spec.items[1] | Duplicate",
                "{'version':'3.5','zones':['a','a']} | spec.zones[1] | Duplicate",
                "{'version':'3.5','size':0} | spec | size 0 needs an image",
                "{'version':'3.5','tolerations':[{'tolerationSeconds':'x'}]} | spec.tolerations[0].tolerationSeconds |"
                        + " must be of type integer",
            })
    void whatTheTypesDoNotAllowIsRefusedWithItsField(String spec, String field, String message) {
        assertThatThrownBy(() -> create("w", spec)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.reason()).isEqualTo("Invalid");
            assertThat(e.causes()).anySatisfy(cause -> {
                assertThat(cause.field()).isEqualTo(field);
                assertThat(cause.message()).contains(message);
            });
        });
    }

    @Test
    void aRuleOverTheWholeObjectSeesItsName() {
        assertThatThrownBy(() -> create("w12345678901234567890", "{'version':'3.5'}"))
                .hasMessageContaining("the name is too long");
    }

    @Test
    void whatIsLeftOutIsDefaultedAndWhatIsUnknownIsPruned() {
        var read = create(
                "sparse",
                "{'version':'3.5','future':1,'anything':{'x':[1]},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'containers':[{'name':'c','future':1}],'volumes':[{'name':'v','emptyDir':{}}]}}}");
        var spec = new Codec().resource(WIDGET, read).spec();

        assertThat(spec.size()).isEqualTo(3);
        assertThat(spec.mode()).isEqualTo(Mode.Fast);
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(Json.object(read, "spec").keySet())
                .containsExactlyInAnyOrder("version", "size", "mode", "timeout", "anything", "template");
        assertThat(Json.object(read, "spec", "template", "spec").toString()).doesNotContain("future");
        assertThat(Json.object(read, "spec", "template", "spec").toString()).contains("\"emptyDir\":{}");
    }

    @Test
    void t42_theFirstStatusCanBeConditionsAloneAndAStaleOneIsAConflict() {
        var made = create("first", "{'version':'3.5'}");
        JsonObject patch = Json.parse("""
                {"status":{"observedGeneration":1,"conditions":[{"type":"Ready","status":"True","reason":"Yes",
                 "message":"","lastTransitionTime":"2024-01-01T00:00:00Z"}]}}
                """);
        var meta = new JsonObject();
        meta.addProperty("resourceVersion", Json.resourceVersion(made));
        patch.add("metadata", meta);
        client.mergePatch(WIDGETS, Json.key(made), "status", patch, "tester");

        patch.getAsJsonObject("status").addProperty("ready", 1);
        assertThatThrownBy(() -> client.mergePatch(WIDGETS, Json.key(made), "status", patch, "tester"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.conflict()).isTrue());
    }

    @Test
    void aDefinitionThatIsThereIsNotWrittenAgain() throws InterruptedException {
        long before = server.revision();
        new CrdRegistrar(server.as(Caller.ADMIN), sim.scheduler(), "tester").register(CRD);

        assertThat(server.revision()).isEqualTo(before);
    }

    @Test
    void whoMayNotWriteDefinitionsGoesOnWithTheOneThatIsThere() throws InterruptedException {
        client.create(
                BuiltInKinds.of(V1ClusterRole.class),
                "",
                Json.parse("{\"metadata\":{\"name\":\"reader\"},\"rules\":[{\"apiGroups\":[\"try.operatorlib.io\"],"
                        + "\"resources\":[\"widgets\"],\"verbs\":[\"list\"]}]}"),
                "user");
        client.create(
                BuiltInKinds.of(V1ClusterRoleBinding.class),
                "",
                Json.parse(
                        "{\"metadata\":{\"name\":\"reader\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
                                + "\"kind\":\"ClusterRole\",\"name\":\"reader\"},\"subjects\":[{\"kind\":\"User\","
                                + "\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"nobody\"}]}"),
                "user");
        var nobody = server.as(Caller.user("nobody"));
        new CrdRegistrar(nobody, sim.scheduler(), "nobody").register(CRD);

        var other = Crd.hub(Kind.of("try.operatorlib.io", "v1", "Gadget", Spec.class, Status.class));
        assertThatThrownBy(() -> new CrdRegistrar(nobody, sim.scheduler(), "nobody").register(other))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("kubectl");
    }

    @Test
    void aRuleThatDoesNotCompileIsSaidPlainly() {
        var wrong = Crd.hub(WIDGET).rule("self.spec.nonesuch > 1", "never");

        assertThatThrownBy(() -> new CrdRegistrar(server.as(Caller.ADMIN), sim.scheduler(), "tester").register(wrong))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("nonesuch");
    }
}
