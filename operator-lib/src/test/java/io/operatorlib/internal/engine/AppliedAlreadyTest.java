package io.operatorlib.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.json.Json;
import org.junit.jupiter.api.Test;

class AppliedAlreadyTest {
    private static final String DESIRED = """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"web","namespace":"default","labels":{"app.kubernetes.io/name":"web"}},
             "spec":{"nodeSelector":{"disk":"ssd"},
              "containers":[{"name":"main","image":"web:1","command":["run","fast"],
                "resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}},
                "ports":[{"containerPort":80}]}],
              "volumes":[{"name":"data","emptyDir":{}}]}}
            """;

    private static final String FIELDS = """
            {"f:metadata":{"f:labels":{"f:app.kubernetes.io/name":{}}},
             "f:spec":{"f:nodeSelector":{},
              "f:containers":{"k:{\\"name\\":\\"main\\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},
                "f:resources":{"f:limits":{"f:cpu":{},"f:memory":{}}},
                "f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}},
              "f:volumes":{"k:{\\"name\\":\\"data\\"}":{".":{},"f:name":{},"f:emptyDir":{}}}}}
            """;

    private static final String LIVE = """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"web","namespace":"default","uid":"u","resourceVersion":"7",
              "labels":{"app.kubernetes.io/name":"web","other":"x"},
              "managedFields":[
               {"manager":"kubelet","operation":"Update","apiVersion":"v1","subresource":"status","fieldsV1":{}},
               {"manager":"op","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":FIELDS}]},
             "spec":{"nodeSelector":{"disk":"ssd"},"restartPolicy":"Always",
              "containers":[{"name":"sidecar","image":"s"},{"name":"main","image":"web:1","command":["run","fast"],
                "imagePullPolicy":"Always",
                "resources":{"limits":{"cpu":"1","memory":"1Gi"}},
                "ports":[{"containerPort":80,"protocol":"TCP"}]}],
              "volumes":[{"name":"data","emptyDir":{}},{"name":"token"}]},
             "status":{"phase":"Running"}}
            """.replace("FIELDS", FIELDS);

    private static boolean test(String live, String desired) {
        return AppliedAlready.test(Json.parse(live), Json.parse(desired), "op");
    }

    @Test
    void saysYesWhereTheEntryCoversExactlyTheDesiredFieldsWithEqualValues() {
        assertThat(test(LIVE, DESIRED)).isTrue();
    }

    @Test
    void saysNoWhereAValueDiffers() {
        assertThat(test(LIVE.replace("\"web:1\"", "\"web:2\""), DESIRED)).isFalse();
        assertThat(test(LIVE.replace("[\"run\",\"fast\"]", "[\"run\"]"), DESIRED))
                .isFalse();
        assertThat(test(LIVE.replace("\"memory\":\"1Gi\"", "\"memory\":\"2Gi\""), DESIRED))
                .isFalse();
    }

    @Test
    void saysNoWhereAFieldThatWeAppliedIsNoLongerDesired() {
        assertThat(test(LIVE, DESIRED.replace("\"image\":\"web:1\",", ""))).isFalse();
        assertThat(test(LIVE, DESIRED.replace(",\"labels\":{\"app.kubernetes.io/name\":\"web\"}", "")))
                .isFalse();
        assertThat(test(LIVE, DESIRED.replace("\"ports\":[{\"containerPort\":80}]", "\"ports\":[]")))
                .isFalse();
        assertThat(test(LIVE, DESIRED.replace(",\"emptyDir\":{}", ""))).isFalse();
    }

    @Test
    void saysNoWhereAFieldIsDesiredThatWeHaveNotApplied() {
        assertThat(test(LIVE, DESIRED.replace("\"image\":", "\"tty\":true,\"image\":")))
                .isFalse();
        assertThat(test(
                        LIVE,
                        DESIRED.replace("{\"containerPort\":80}", "{\"containerPort\":80},{\"containerPort\":81}")))
                .isFalse();
    }

    @Test
    void saysNoWhereAnAtomicMapHasMoreThanIsDesired() {
        assertThat(test(LIVE.replace("{\"disk\":\"ssd\"}", "{\"disk\":\"ssd\",\"zone\":\"a\"}"), DESIRED))
                .isFalse();
    }

    @Test
    void saysNoWhereAnotherManagerOrVersionOrSubresourceAppliedIt() {
        assertThat(test(LIVE.replace("\"manager\":\"op\"", "\"manager\":\"kubectl\""), DESIRED))
                .isFalse();
        assertThat(test(LIVE.replace("\"operation\":\"Apply\"", "\"operation\":\"Update\""), DESIRED))
                .isFalse();
        assertThat(test(
                        LIVE.replace("\"operation\":\"Apply\"", "\"operation\":\"Apply\",\"subresource\":\"status\""),
                        DESIRED))
                .isFalse();
        assertThat(AppliedAlready.test(Json.parse("{\"metadata\":{}}"), Json.parse(DESIRED), "op"))
                .isFalse();
    }

    @Test
    void comparesSetsByTheirElements() {
        String live = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","finalizers":["b","a"],"managedFields":[
                 {"manager":"op","operation":"Apply","apiVersion":"v1",
                  "fieldsV1":{"f:metadata":{"f:finalizers":{"v:\\"a\\"":{}}}}}]}}
                """;
        String desired = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","finalizers":["a"]}}
                """;
        assertThat(test(live, desired)).isTrue();
        assertThat(test(live, desired.replace("[\"a\"]", "[\"b\"]"))).isFalse();
        assertThat(test(live.replace("[\"b\",\"a\"]", "[\"b\"]"), desired)).isFalse();
    }

    @Test
    void comparesOwnerReferencesByTheirUid() {
        String live = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","ownerReferences":[
                  {"apiVersion":"g/v1","kind":"K","name":"n","uid":"1","controller":true}],
                 "managedFields":[{"manager":"op","operation":"Apply","apiVersion":"v1","fieldsV1":
                  {"f:metadata":{"f:ownerReferences":{"k:{\\"uid\\":\\"1\\"}":{}}}}}]}}
                """;
        String desired = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","ownerReferences":[
                  {"apiVersion":"g/v1","kind":"K","name":"n","uid":"1","controller":true}]}}
                """;
        assertThat(test(live, desired)).isTrue();
        assertThat(test(live, desired.replace("\"uid\":\"1\"", "\"uid\":\"2\"")))
                .isFalse();
        assertThat(test(live, desired.replace("true", "false"))).isFalse();
    }

    @Test
    void treatsAnnotationsThatLookLikeQuantitiesAsText() {
        String live = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","annotations":{"a":"1.0"},"managedFields":[
                 {"manager":"op","operation":"Apply","apiVersion":"v1",
                  "fieldsV1":{"f:metadata":{"f:annotations":{"f:a":{}}}}}]}}
                """;
        String desired = """
                {"apiVersion":"v1","kind":"Foo","metadata":{"name":"x","annotations":{"a":"1"}}}
                """;
        assertThat(test(live, desired)).isFalse();
    }
}
