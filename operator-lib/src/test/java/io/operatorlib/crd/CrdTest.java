package io.operatorlib.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1JSONSchemaProps;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class CrdTest {
    enum Mode {
        @SerializedName("Fast")
        FAST,
        SLOW
    }

    record Part(@MaxLength(30) String name, int weight) {}

    @SuppressWarnings("ArrayRecordComponent") // bytes are allowed, whether or not one should
    @Description("What is wished.")
    @Rule(value = "self.size > 0 || self.persistent", message = "size 0 keeps data only if it is persistent")
    record Spec(
            @Description("how many") @Minimum(0) @Maximum(7) @Default("3")
            int size,

            boolean persistent,
            @MinLength(1) @MaxLength(20) @Pattern("^3\\..*") String version,
            @Nullable @Format("uri") String url,
            @Default("Fast") Mode mode,
            @Default("30s") Duration timeout,
            @Nullable Quantity memory,
            @Nullable IntOrString port,
            @Nullable Instant since,
            long large,
            double ratio,
            byte @Nullable [] blob,
            Map<String, String> labels,
            @MinItems(1) @MaxItems(9) Set<String> zones,

            @ListMapKeys("name")
            @Rule(value = "self.all(p, p.weight > 0)", message = "weights count", fieldPath = "[0]")
            @Rule(value = "size(self) < 5", messageExpression = "'too many'")
            List<Part> parts,

            @Nullable @PreserveUnknown Object anything,
            @Nullable V1ResourceRequirements resources,
            @Nullable V1Affinity affinity,
            List<V1Toleration> tolerations) {}

    record Status(int ready, @Nullable String selector) {}

    private static final Kind<Spec, Status> THING =
            Kind.of("demo.operatorlib.io", "v1", "Thing", Spec.class, Status.class);
    private static final Crd CRD = Crd.hub(THING)
            .shortNames("th")
            .categories("all", "demo")
            .description("A thing.")
            .column("Size", ".spec.size", "integer")
            .column("Ready", ".status.conditions[?(@.type==\"Ready\")].status")
            .scale(".spec.size", ".status.ready", ".status.selector")
            .rule("size(self.metadata.name) <= 40", "the name is too long");

    private static JsonObject schema() {
        JsonObject version = Json.objects(CRD.tree(), "spec", "versions").get(0);
        return Json.object(version, "schema", "openAPIV3Schema");
    }

    private static JsonObject spec(String field) {
        return Json.object(schema(), "properties", "spec", "properties", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "size | {'type':'integer','format':'int32','description':'how many','minimum':0,'maximum':7,'default':3}",
                "persistent | {'type':'boolean'}",
                "version | {'type':'string','minLength':1,'maxLength':20,'pattern':'^3\\\\..*'}",
                "url | {'type':'string','format':'uri'}",
                "mode | {'type':'string','enum':['Fast','SLOW'],'default':'Fast'}",
                "port | {'anyOf':[{'type':'integer'},{'type':'string'}],'x-kubernetes-int-or-string':true}",
                "since | {'type':'string','format':'date-time'}",
                "large | {'type':'integer','format':'int64'}",
                "ratio | {'type':'number','format':'double'}",
                "blob | {'type':'string','format':'byte'}",
                "labels | {'type':'object','additionalProperties':{'type':'string'}}",
                "zones | {'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'set','minItems':1,'maxItems':9}",
                "anything | {'x-kubernetes-preserve-unknown-fields':true}",
            })
    void eachTypeAndAnnotationHasItsSchema(String field, String expected) {
        assertThat(spec(field)).isEqualTo(Json.parse(expected.replace('\'', '"')));
    }

    @Test
    void durationsAndQuantitiesHaveThePatternOfTheirText() {
        assertThat("1h30m").matches(Json.text(spec("timeout"), "pattern"));
        assertThat(Json.text(spec("timeout"), "default")).isEqualTo("30s");
        assertThat("1.5Gi").matches(Json.text(spec("memory"), "pattern"));
        assertThat("many").doesNotMatch(Json.text(spec("memory"), "pattern"));
        assertThat(Json.flag(spec("memory"), "x-kubernetes-int-or-string")).isTrue();
    }

    @Test
    void whatHasNoDefaultAndIsNeitherNullableNorACollectionIsRequired() {
        assertThat(Json.list(schema(), "properties", "spec", "required").toString())
                .isEqualTo("[\"persistent\", \"version\", \"large\", \"ratio\"]");
        assertThat(Json.list(spec("parts"), "items", "required").toString()).isEqualTo("[\"name\", \"weight\"]");
        assertThat(Json.list(schema(), "required").toString()).isEqualTo("[\"spec\"]");
    }

    @Test
    void rulesStandWhereTheyWereWritten() {
        assertThat(String.valueOf(Json.at(spec("parts"), "x-kubernetes-validations")))
                .isEqualTo(
                        "[{\"rule\":\"self.all(p, p.weight > 0)\",\"message\":\"weights count\",\"fieldPath\":\"[0]\"},"
                                + "{\"rule\":\"size(self) < 5\",\"messageExpression\":\"'too many'\"}]");
        assertThat(String.valueOf(Json.at(schema(), "properties", "spec", "x-kubernetes-validations")))
                .contains("self.persistent");
        assertThat(String.valueOf(Json.at(schema(), "x-kubernetes-validations")))
                .isEqualTo("[{\"rule\":\"size(self.metadata.name) <= 40\",\"message\":\"the name is too long\"}]");
        assertThat(Json.text(spec("parts"), "x-kubernetes-list-type")).isEqualTo("map");
    }

    @Test
    void embeddedModelClassesHaveTheirFieldsAndWhatTheyRequire() {
        assertThat(Json.text(spec("resources"), "properties", "limits", "additionalProperties", "pattern"))
                .isNotEmpty();
        assertThat(Json.text(
                        spec("affinity"),
                        "properties",
                        "podAntiAffinity",
                        "properties",
                        "requiredDuringSchedulingIgnoredDuringExecution",
                        "items",
                        "properties",
                        "topologyKey",
                        "type"))
                .isEqualTo("string");
        assertThat(Json.list(
                        spec("affinity"),
                        "properties",
                        "podAntiAffinity",
                        "properties",
                        "requiredDuringSchedulingIgnoredDuringExecution",
                        "items",
                        "required"))
                .hasToString("[\"topologyKey\"]");
        assertThat(Json.text(spec("tolerations"), "items", "properties", "tolerationSeconds", "format"))
                .isEqualTo("int64");
    }

    record Templated(V1PodTemplateSpec template) {}

    @Test
    void aPodTemplateCanBeEmbedded() {
        JsonObject schema = new TypeSchemas().of(Templated.class, "spec");

        assertThat(Json.text(
                        schema,
                        "properties",
                        "template",
                        "properties",
                        "metadata",
                        "properties",
                        "labels",
                        "additionalProperties",
                        "type"))
                .isEqualTo("string");
    }

    record Tree(String name, List<Tree> children) {}

    record OpenTree(String name, @PreserveUnknown List<OpenTree> children) {}

    @Test
    void aTypeThatContainsItselfIsRefusedWithItsWay() {
        assertThatThrownBy(() -> new TypeSchemas().of(Tree.class, "spec"))
                .hasMessageContaining("spec.children[] is of type Tree, which contains itself (it is in List in Tree)")
                .hasMessageContaining("@PreserveUnknown");
        assertThatThrownBy(() -> new TypeSchemas().of(V1JSONSchemaProps.class, "spec"))
                .hasMessageContaining("contains itself");
        assertThat(Json.flag(
                        new TypeSchemas().of(OpenTree.class, "spec"),
                        "properties",
                        "children",
                        "x-kubernetes-preserve-unknown-fields"))
                .isTrue();
    }

    record Unknowable(Thread thread) {}

    record Misfit(@Minimum(1) String name) {}

    @Test
    void whatHasNoSchemaIsRefusedWithItsPath() {
        assertThatThrownBy(() -> new TypeSchemas().of(Unknowable.class, "spec"))
                .hasMessageContaining("spec.thread is of type java.lang.Thread");
        assertThatThrownBy(() -> new TypeSchemas().of(Misfit.class, "spec"))
                .hasMessageContaining("@Minimum on spec.name does not go with the type string");
    }

    interface Value {
        String name();

        Optional<Integer> limit();

        List<String> parts();

        default int size() {
            return 3;
        }

        default List<String> names() {
            return List.of(name());
        }

        @Nullable
        String note();
    }

    @Test
    void anImmutablesValueHasTheDefaultsOfItsMethods() {
        assertThat(new TypeSchemas().of(Value.class, "spec").toString())
                .isEqualTo(Json.parse("""
                                {"type":"object","properties":{
                                  "limit":{"type":"integer","format":"int32"},
                                  "name":{"type":"string"},
                                  "names":{"type":"array","items":{"type":"string"}},
                                  "note":{"type":"string"},
                                  "parts":{"type":"array","items":{"type":"string"}},
                                  "size":{"type":"integer","format":"int32","default":3}},
                                 "required":["name"]}
                                """).toString());
    }

    @Test
    void theStatusHasConditionsAndRequiresNothing() {
        JsonObject status = Json.object(schema(), "properties", "status");

        assertThat(Json.object(status, "properties").keySet())
                .containsExactly("ready", "selector", "conditions", "observedGeneration");
        assertThat(status.has("required")).isFalse();
        assertThat(Json.text(status, "properties", "conditions", "x-kubernetes-list-type"))
                .isEqualTo("map");
        assertThat(Json.list(status, "properties", "conditions", "x-kubernetes-list-map-keys"))
                .hasToString("[\"type\"]");
    }

    @Test
    void aKindWithoutAStatusHasConditionsAllTheSame() {
        var kind = Kind.of("demo.operatorlib.io", "v1", "Plain", Part.class, Void.class);

        assertThat(Crd.hub(kind).json()).contains("\"conditions\"").contains("\"subresources\":{\"status\":{}}");
    }

    @Test
    void namesColumnsAndSubresourcesAreThoseAskedFor() {
        JsonObject tree = CRD.tree();
        JsonObject version = Json.objects(tree, "spec", "versions").get(0);

        assertThat(Json.text(tree, "metadata", "name")).isEqualTo("things.demo.operatorlib.io");
        assertThat(Json.object(tree, "spec", "names").toString())
                .isEqualTo(
                        "{\"kind\":\"Thing\",\"listKind\":\"ThingList\",\"plural\":\"things\",\"singular\":\"thing\","
                                + "\"shortNames\":[\"th\"],\"categories\":[\"all\",\"demo\"]}");
        assertThat(Json.text(tree, "spec", "scope")).isEqualTo("Namespaced");
        assertThat(Json.object(version, "subresources").toString())
                .isEqualTo("{\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.size\","
                        + "\"statusReplicasPath\":\".status.ready\",\"labelSelectorPath\":\".status.selector\"}}");
        assertThat(Json.objects(version, "additionalPrinterColumns"))
                .extracting(column -> Json.text(column, "name"))
                .containsExactly("Size", "Ready", "Age");
    }

    @Test
    void aCoreGroupIsNoPlaceForADefinition() {
        assertThatThrownBy(() -> Crd.hub(Kind.of("", "v1", "Thing", Spec.class, Status.class)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theYamlSaysWhatTheJsonSaysAndIsTheSameEachTime() {
        Object read = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(CRD.yaml());

        assertThat(Json.equal(new com.google.gson.Gson().toJsonTree(read), CRD.tree()))
                .isTrue();
        assertThat(CRD.yaml()).isEqualTo(CRD.yaml());
        assertThat(CRD.json()).isEqualTo(CRD.json());
    }

    @Test
    void noTextIsTakenForAnythingElseInYaml() {
        var tree = Json.parse("""
                {"on":"yes","n":"No","null":null,"version":"1.0","e":"1e3","date":"2024-01-02","colon":"a: b","hash":"a #b",
                 "dash":"- a","quote":"it's \\"so\\"","lines":"a\\nb\\n","empty":"","space":" a ","tilde":"~","at":"@a","ü":"ü",
                 "nested":[[1,2],[],{},[{"a":[{"b":1,"c":[3]}]}]],"true":true,"number":1.5,"star":"*a","x":"0x1F","u":"\\u2028"}
                """);
        Object read = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(Yaml.of(tree));
        var gson = new com.google.gson.GsonBuilder().serializeNulls().create();

        assertThat(Json.equal(gson.toJsonTree(read), tree)).as(Yaml.of(tree)).isTrue();
    }

    record OldSpec(@Nullable Integer replicas) {}

    record OldStatus(List<String> conditions) {}

    private static final Kind<OldSpec, OldStatus> OLD =
            Kind.of("demo.operatorlib.io", "v1beta1", "Thing", OldSpec.class, OldStatus.class);

    @Test
    void aSpokeIsServedBesideTheHubWithASchemaOfItsOwn() {
        var both = CRD.spoke(CrdVersion.of(OLD).preservingUnknown().deprecated("use v1"))
                .convertedBy(ConversionWebhook.service("demo", "converter", 443, "/convert")
                        .trusting("PEM"))
                .release("1.2.0")
                .tree();
        var versions = Json.objects(both, "spec", "versions");

        assertThat(versions).extracting(version -> Json.text(version, "name")).containsExactly("v1", "v1beta1");
        assertThat(versions.get(0))
                .isEqualTo(Json.objects(CRD.tree(), "spec", "versions").get(0));
        var spoke = versions.get(1);
        assertThat(Json.flag(spoke, "served")).isTrue();
        assertThat(Json.flag(spoke, "storage")).isFalse();
        assertThat(Json.text(spoke, "deprecationWarning")).isEqualTo("use v1");
        var schema = Json.object(spoke, "schema", "openAPIV3Schema");
        assertThat(schema.has("required")).isFalse();
        assertThat(Json.flag(schema, "properties", "spec", "x-kubernetes-preserve-unknown-fields"))
                .isTrue();
        assertThat(Json.text(schema, "properties", "status", "properties", "conditions", "items", "type"))
                .as("its own conditions, in their old shape")
                .isEqualTo("string");
        assertThat(Json.text(both, "metadata", "annotations", "operatorlib.io/release"))
                .isEqualTo("1.2.0");
        assertThat(Json.object(both, "spec", "conversion").toString()).isEqualTo("""
                {"strategy":"Webhook","webhook":{"clientConfig":{"service":{"namespace":"demo","name":"converter",\
                "path":"/convert","port":443},"caBundle":"UEVN"},"conversionReviewVersions":["v1"]}}""");
    }

    @Test
    void whatIsNoOtherVersionOfTheKindIsNoSpoke() {
        assertThatThrownBy(() -> CRD.spoke(CrdVersion.of(THING))).hasMessageContaining("twice");
        assertThatThrownBy(() -> CRD.spoke(CrdVersion.of(OLD.clusterScoped()))).hasMessageContaining("no version of");
        assertThatThrownBy(() -> CRD.release("yesterday")).hasMessageContaining("1.4.0");
    }

    record Fine(
            @Minimum(value = 0, exclusive = true) @Maximum(value = 9, exclusive = true) @MultipleOf(3)
            int size,

            List<@MaxLength(5) @Pattern("^a") String> words,
            Map<String, List<@Minimum(1) Integer>> numbers,
            @Atomic List<String> order,
            @Atomic Part part,
            @EmbeddedResource Object template,

            @Rule(
                    value = "oldSelf.hasValue() ? self == oldSelf.value() : true",
                    reason = "FieldValueForbidden",
                    optionalOldSelf = true)
            @Rule("self.size() < 9")
            String fixed) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "size | {'type':'integer','format':'int32','minimum':0,'exclusiveMinimum':true,'maximum':9,"
                        + "'exclusiveMaximum':true,'multipleOf':3}",
                "words | {'type':'array','items':{'type':'string','maxLength':5,'pattern':'^a'}}",
                "numbers | {'type':'object','additionalProperties':{'type':'array','items':{'type':'integer',"
                        + "'format':'int32','minimum':1}}}",
                "order | {'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'atomic'}",
                "template | {'x-kubernetes-preserve-unknown-fields':true,'type':'object',"
                        + "'x-kubernetes-embedded-resource':true}",
                "fixed | {'type':'string','x-kubernetes-validations':[{'rule':'oldSelf.hasValue() ? self =="
                        + " oldSelf.value() : true','reason':'FieldValueForbidden','optionalOldSelf':true},"
                        + "{'rule':'self.size() < 9'}]}",
            })
    void boundsCanBeFineAndStandAtTheEntriesOfCollections(String field, String expected) {
        JsonObject crd = Crd.hub(Kind.of("demo.operatorlib.io", "v1", "Thing", Fine.class, Void.class))
                .tree();
        JsonObject schema = Json.object(
                Json.objects(crd, "spec", "versions").get(0), "schema", "openAPIV3Schema", "properties", "spec");

        assertThat(Json.object(schema, "properties", field)).isEqualTo(Json.parse(expected.replace('\'', '"')));
        assertThat(Json.text(schema, "properties", "part", "x-kubernetes-map-type"))
                .isEqualTo("atomic");
    }
}
