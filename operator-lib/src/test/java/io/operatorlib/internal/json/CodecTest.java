package io.operatorlib.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1DeploymentStatus;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1Lease;
import io.kubernetes.client.openapi.models.V1LeaseSpec;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1Volume;
import io.operatorlib.Kind;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KindRef;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
    private final Codec codec = new Codec();

    enum Mode {
        @SerializedName("Fast")
        FAST,
        SLOW
    }

    record Part(String name, int weight) {
        Part {
            if (weight < 0) {
                throw new IllegalArgumentException("weight must not be negative");
            }
        }
    }

    record Spec(
            int size,
            String version,
            @Nullable Integer limit,
            @Nullable Mode mode,
            List<Part> parts,
            Map<String, String> labels,
            Set<String> zones,
            Map<String, Part> byName,
            TreeMap<String, Part> sorted,
            @Nullable Duration timeout,
            @Nullable Instant since,
            @SerializedName("class") @Nullable String type) {}

    record Status(int ready) {}

    private static final Kind<Spec, Status> THING =
            Kind.of("demo.operatorlib.io", "v1", "Thing", Spec.class, Status.class);

    private Spec spec(String json) {
        return codec.resource(THING, Json.parse("{\"metadata\":{\"name\":\"x\"},\"spec\":" + json + "}"))
                .spec();
    }

    static List<KindRef> builtInKinds() {
        return BuiltInKinds.all();
    }

    @ParameterizedTest
    @MethodSource("builtInKinds")
    void t0_fieldsOfAFutureServerAreToleratedInEveryKindAtEveryPlace(KindRef kind) {
        String future = "\"future\":{\"deep\":[{\"a\":1}]}";
        String json =
                "{" + future + ",\"apiVersion\":\"" + kind.apiVersion() + "\",\"metadata\":{\"name\":\"x\"," + future
                        + ",\"ownerReferences\":[{\"uid\":\"u\"," + future + "}]},\"spec\":{" + future
                        + "},\"status\":{" + future
                        + "}}";
        var type = BuiltInKindsOf.modelClass(kind);
        var read = (KubernetesObject) codec.decode(type, Json.parse(json));

        assertThat(read.getMetadata().getName()).isEqualTo("x");
        assertThat(read.getMetadata().getOwnerReferences().get(0).getUid()).isEqualTo("u");
    }

    /** The model class that stands for a kind, found the other way round. */
    private static final class BuiltInKindsOf {
        static Class<?> modelClass(KindRef kind) {
            return Stream.of("V1", "CoreV1", "EventsV1", "V2")
                    .flatMap(prefix -> named("io.kubernetes.client.openapi.models." + prefix + kind.kind()))
                    .filter(type -> BuiltInKinds.find(type).equals(Optional.of(kind)))
                    .findFirst()
                    .orElseThrow();
        }

        private static Stream<Class<?>> named(String name) {
            try {
                return Stream.of(Class.forName(name));
            } catch (ClassNotFoundException e) {
                return Stream.empty();
            }
        }
    }

    @Test
    void t0_fieldsOfAFutureServerAreToleratedDeepInAPod() {
        var pod = codec.decode(V1Pod.class, Json.parse("""
                        {"metadata":{"name":"p"},
                         "spec":{"containers":[{"name":"c","future":1,"resources":{"limits":{"cpu":"1"},"future":[]},
                           "livenessProbe":{"httpGet":{"port":"http","future":true}}}]},
                         "status":{"containerStatuses":[{"name":"c","future":{},"state":{"running":{"future":1}}}]}}
                        """));

        assertThat(pod.getSpec().getContainers().get(0).getResources().getLimits())
                .containsEntry("cpu", new Quantity("1"));
        assertThat(pod.getSpec()
                        .getContainers()
                        .get(0)
                        .getLivenessProbe()
                        .getHttpGet()
                        .getPort())
                .isEqualTo(new IntOrString("http"));
    }

    @Test
    void t0_everyModelClassCanBeReadAndWritten() throws Exception {
        for (KindRef kind : BuiltInKinds.all()) {
            var type = BuiltInKindsOf.modelClass(kind);
            assertThat(Modifier.isAbstract(type.getModifiers())).isFalse();
            assertThat(codec.encodeObject(type.getConstructor().newInstance()))
                    .as(kind.toString())
                    .isEqualTo(new JsonObject());
        }
    }

    @Test
    void t19_aPodOfTwoFieldsIsWrittenAsTwoFields() {
        var pod = new V1Pod().metadata(new V1ObjectMeta().name("p")).spec(new V1PodSpec());

        assertThat(codec.encodeObject(pod).toString()).isEqualTo("{\"metadata\":{\"name\":\"p\"},\"spec\":{}}");
    }

    @Test
    void t19_emptyObjectsAreKeptAndEmptyCollectionsAreNot() {
        var spec = new V1PodSpec()
                .addVolumesItem(new V1Volume().name("v").emptyDir(new V1EmptyDirVolumeSource()))
                .addContainersItem(new V1Container().name("c").args(List.of()).env(List.of()));

        assertThat(codec.encodeObject(spec).toString())
                .isEqualTo("{\"containers\":[{\"name\":\"c\"}],\"volumes\":[{\"emptyDir\":{},\"name\":\"v\"}]}");
        String policy = "{\"spec\":{\"ingress\":[{}],\"podSelector\":{}}}";
        assertThat(codec.encodeObject(codec.decode(V1NetworkPolicy.class, Json.parse(policy)))
                        .toString())
                .isEqualTo(policy);
    }

    @Test
    void quantitiesPortsAndBytesAreReadAndWritten() {
        var secret = codec.decode(V1Secret.class, Json.parse("{\"data\":{\"k\":\"aGVsbG8=\"}}"));
        assertThat(secret.getData().get("k")).isEqualTo("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(codec.encodeObject(secret).toString()).isEqualTo("{\"data\":{\"k\":\"aGVsbG8=\"}}");

        var port = new V1ServicePort().targetPort(new IntOrString(80)).port(8080);
        assertThat(codec.encodeObject(port).toString()).isEqualTo("{\"port\":8080,\"targetPort\":80}");
        assertThat(codec.decode(V1ServicePort.class, codec.encode(port))).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.1Z",
        "2024-01-02T03:04:05.123Z",
        "2024-01-02T03:04:05.123456Z",
        "2024-01-02T03:04:05.123456789Z",
        "2024-01-02T03:04:05+00:00"
    })
    void timesAreReadWithAnyFractionAndWrittenWithSixDigits(String text) {
        var lease = codec.decode(V1Lease.class, Json.parse("{\"spec\":{\"renewTime\":\"" + text + "\"}}"));

        assertThat(lease.getSpec().getRenewTime()).isEqualTo(OffsetDateTime.parse(text));
        assertThat(Json.text(codec.encode(lease), "spec", "renewTime")).matches("2024-01-02T03:04:05\\.[0-9]{6}Z");
    }

    @Test
    void timesOfOtherZonesAreWrittenInUtc() {
        var noon = OffsetDateTime.of(2024, 1, 2, 12, 0, 0, 0, ZoneOffset.ofHours(2));

        assertThat(Json.text(codec.encode(new V1LeaseSpec().renewTime(noon)), "renewTime"))
                .isEqualTo("2024-01-02T10:00:00.000000Z");
    }

    @Test
    void aRecordIsReadWithEverythingInItsPlace() {
        var read = spec("""
                {"size":3,"version":"3.5","limit":7,"mode":"Fast","parts":[{"name":"a","weight":1}],"labels":{"a":"b"},
                 "zones":["z"],"byName":{"p":{"name":"p","weight":0}},"sorted":{"q":{"name":"q","weight":1}},"timeout":"1m30s","since":"2024-01-02T03:04:05Z",
                 "class":"big","future":{"x":[1,2,{}]}}
                """);

        assertThat(read)
                .isEqualTo(new Spec(
                        3,
                        "3.5",
                        7,
                        Mode.FAST,
                        List.of(new Part("a", 1)),
                        Map.of("a", "b"),
                        Set.of("z"),
                        Map.of("p", new Part("p", 0)),
                        new TreeMap<>(Map.of("q", new Part("q", 1))),
                        Duration.ofSeconds(90),
                        Instant.parse("2024-01-02T03:04:05Z"),
                        "big"));
        assertThat(spec(codec.encode(read).toString())).isEqualTo(read);
    }

    @Test
    void absentCollectionsAreEmptyAndAbsentNullablesAreNull() {
        var read = spec("{\"size\":3,\"version\":\"3.5\",\"parts\":null}");

        assertThat(read.parts()).isEmpty();
        assertThat(read.labels()).isEmpty();
        assertThat(read.zones()).isEmpty();
        assertThat(read.byName()).isEmpty();
        assertThat(read.sorted()).isEmpty();
        assertThat(read.limit()).isNull();
        assertThat(codec.encode(read).toString()).isEqualTo("{\"size\":3,\"version\":\"3.5\"}");
    }

    @Test
    void whatWasReadCannotBeChanged() {
        var read = spec("{\"size\":3,\"version\":\"3.5\",\"parts\":[{\"name\":\"a\",\"weight\":1}]}");

        assertThatThrownBy(() -> read.parts().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> read.labels().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\":\"3\"} | spec.size: is required",
                "{\"size\":null,\"version\":\"3\"} | spec.size: is required",
                "{\"size\":3} | spec.version: is required",
                "{\"size\":3,\"version\":\"3\",\"parts\":[{\"name\":\"a\",\"weight\":1},{\"weight\":1}]}"
                        + " | spec.parts[1].name: is required",
                "{\"size\":3,\"version\":\"3\",\"byName\":{\"k\":{\"name\":\"a\"}}} | spec.byName.k.weight: is required",
                "{\"size\":3,\"version\":\"3\",\"mode\":\"Odd\"} | spec.mode: must be one of [Fast, SLOW], is \"Odd\"",
                "{\"size\":3,\"version\":\"3\",\"parts\":[{\"name\":\"a\",\"weight\":-1}]}"
                        + " | spec.parts[0]: weight must not be negative",
                "{\"size\":3,\"version\":\"3\",\"parts\":[7]} | spec.parts[0]: must be an object",
                "{\"size\":3,\"version\":\"3\",\"timeout\":\"soon\"} | spec.timeout: not a duration",
                "{\"size\":\"three\",\"version\":\"3\"} | spec.size:",
            })
    void whatDoesNotFitIsRefusedWithItsPath(String json, String message) {
        assertThatThrownBy(() -> spec(json))
                .isInstanceOf(CodecException.class)
                .message()
                .startsWith(message);
    }

    record WithOptional(Optional<String> name) {}

    @Test
    void anOptionalComponentIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> codec.decode(WithOptional.class, new JsonObject()))
                .hasMessageContaining("component name")
                .hasMessageContaining("@Nullable");
    }

    @Test
    void aResourceIsReadWithItsMetadata() {
        var resource = codec.resource(THING, Json.parse("""
                        {"metadata":{"namespace":"ns","name":"x","uid":"u","resourceVersion":"7","generation":2,
                          "labels":{"a":"b"},"annotations":{"c":"d"},"finalizers":["f"],
                          "creationTimestamp":"2024-01-02T03:04:05Z","deletionTimestamp":"2024-01-02T03:04:06Z",
                          "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"o","controller":true}]},
                         "spec":{"size":1,"version":"3"},"status":{"ready":1,"conditions":[]}}
                        """));

        assertThat(resource.key()).hasToString("ns/x");
        assertThat(resource.meta().deleting()).isTrue();
        assertThat(resource.meta().generation()).isEqualTo(2);
        assertThat(resource.meta().controllingOwner().orElseThrow().uid()).isEqualTo("o");
        assertThat(resource.meta().creationTimestamp()).isEqualTo(Instant.parse("2024-01-02T03:04:05Z"));
        assertThat(resource.status()).isEqualTo(new Status(1));
    }

    @Test
    void aStatusThatCannotBeReadIsReadAsNone() {
        var object = Json.parse(
                "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"size\":1,\"version\":\"3\"},\"status\":{\"ready\":\"all\"}}");

        assertThat(codec.resource(THING, object).status()).isNull();
    }

    @Test
    void aBuiltInKindIsReadByItsSpecAndStatus() {
        Kind<V1DeploymentSpec, V1DeploymentStatus> kind = Kind.builtIn(V1Deployment.class);
        var resource = codec.resource(
                kind,
                Json.parse("{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":2},\"status\":{\"replicas\":1}}"));

        assertThat(kind.toString()).isEqualTo("deployments.v1.apps");
        assertThat(resource.spec().getReplicas()).isEqualTo(2);
        assertThat(resource.status()).isEqualTo(new V1DeploymentStatus().replicas(1));
    }

    @Test
    void aKindWithoutASpecIsItsOwnSpec() {
        Kind<V1ConfigMap, Void> kind = Kind.builtIn(V1ConfigMap.class);
        var resource = codec.resource(kind, Json.parse("{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":\"b\"}}"));

        assertThat(resource.spec().getData()).containsEntry("a", "b");
        assertThat(resource.status()).isNull();
    }

    @Test
    void aPatchKeepsItsNullsAndItsEmptyCollections() {
        var patch = new HashMap<String, Object>();
        patch.put("gone", null);
        patch.put("emptied", List.of());
        patch.put("typed", new V1ObjectMeta().name("x"));
        patch.put("inner", Map.of("n", 1));

        var json = codec.encodePatch(patch);
        assertThat(json.get("gone").isJsonNull()).isTrue();
        assertThat(json.get("emptied")).isEqualTo(new JsonArray());
        assertThat(json.get("typed").toString()).isEqualTo("{\"name\":\"x\"}");
        assertThat(json.get("inner").toString()).isEqualTo("{\"n\":1}");
    }

    record Somewhere(PlaceAdapters.Place place) {}

    @Test
    void valuesWhoseFactoriesAreServicesAreReadAndWritten() {
        var read = codec.decode(Somewhere.class, Json.parse("{\"place\":{\"name\":\"here\",\"future\":1}}"));

        assertThat(read.place().name()).isEqualTo("here");
        assertThat(codec.encode(read).toString()).isEqualTo("{\"place\":{\"name\":\"here\"}}");
        assertThatThrownBy(() -> codec.decode(Somewhere.class, Json.parse("{\"place\":{}}")))
                .isInstanceOf(CodecException.class)
                .message()
                .startsWith("place: Cannot build Place");
    }
}
