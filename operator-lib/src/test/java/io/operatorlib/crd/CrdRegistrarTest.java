package io.operatorlib.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.VirtualScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ScriptedApi;
import io.operatorlib.spi.ApiRequest;
import org.junit.jupiter.api.Test;

class CrdRegistrarTest {
    record Spec(String text) {}

    private static final String NOT_THERE =
            "{\"kind\":\"Status\",\"code\":404,\"reason\":\"NotFound\",\"details\":{\"name\":\"x\"}}";
    private static final String FORBIDDEN =
            "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\",\"message\":\"you may not\"}";

    private static final String ALLOWED = "{\"status\":{\"allowed\":true}}";

    private final Crd crd = Crd.hub(Kind.of("demo.operatorlib.io", "v1", "Thing", Spec.class, Void.class));
    private final ScriptedApi api = new ScriptedApi();
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final CrdRegistrar registrar = new CrdRegistrar(api, scheduler, "tester");

    private String live(String names, String established) {
        JsonObject live = Json.parse(crd.json());
        live.add(
                "status",
                Json.parse("{\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"" + names
                        + "\",\"message\":\"taken by another\"},{\"type\":\"Established\",\"status\":\"" + established
                        + "\"}]}"));
        return live.toString();
    }

    private long writes() {
        return api.requests.stream().filter(r -> r.method().mutating()).count();
    }

    @Test
    void aDefinitionIsAppliedOnceAndAwaited() throws Exception {
        api.reply(404, NOT_THERE)
                .reply(201, crd.json())
                .reply(200, live("True", "False"))
                .reply(200, live("True", "True"));
        registrar.register(crd);

        assertThat(writes()).isEqualTo(1);
        assertThat(api.requests.get(1).toString())
                .startsWith("PATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.demo.operatorlib.io")
                .contains("fieldManager=tester", "force=true");
    }

    @Test
    void aDefinitionThatIsAsItShouldBeIsNotWritten() throws Exception {
        api.reply(200, live("True", "True"));
        registrar.register(crd);

        assertThat(writes()).isZero();
    }

    @Test
    void aDefinitionOfAnotherWithoutASchemaIsLeftAndWhatTheNewOneWouldRefuseIsNamed() {
        JsonObject old = Json.parse(live("True", "True"));
        Json.objects(old, "spec", "versions").get(0).remove("schema");
        api.reply(200, old.toString()).reply(201, ALLOWED).reply(200, """
                {"metadata":{"resourceVersion":"7"},"items":[
                  {"metadata":{"namespace":"a","name":"fine"},"spec":{"text":"x"}},
                  {"metadata":{"namespace":"a","name":"odd"},"spec":{"text":3}},
                  {"metadata":{"namespace":"a","name":"empty"}}]}""");

        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("no schema")
                .hasMessageContaining("a/odd: spec.text must be of type string")
                .hasMessageContaining("a/empty: spec is required")
                .hasMessageContaining("takingOver")
                .message()
                .doesNotContain("fine");
        assertThat(writes()).as("but for the question what it may").isEqualTo(1);
    }

    @Test
    void aBreakingChangeIsRefusedWithEachChangeAndWhatToDo() {
        JsonObject old = Json.parse(live("True", "True").replace("\"text\"", "\"words\""));
        api.reply(200, old.toString())
                .reply(201, ALLOWED)
                .reply(200, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}");

        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("v1 .spec.words: field removed")
                .hasMessageContaining("v1 .spec.text: required now")
                .hasMessageContaining("What to do: add a version");
    }

    @Test
    void theDefinitionOfANewerReleaseIsKept() throws Exception {
        api.reply(
                200,
                Json.with(
                                Json.parse(live("True", "True").replace("\"text\"", "\"words\"")),
                                "metadata",
                                Json.parse("{\"annotations\":{\"operatorlib.io/release\":\"1.10.0\"}}"))
                        .toString());
        registrar.register(crd.release("1.9.0"));

        assertThat(writes()).isZero();
    }

    @Test
    void aReleaseThatIsNewerSaysSoThoughNothingElseDiffers() throws Exception {
        api.reply(200, live("True", "True")).reply(201, ALLOWED).reply(200, live("True", "True"));
        registrar.register(crd.release("1.9.0"));

        assertThat(api.requests.get(2).body()).contains("\"operatorlib.io/release\":\"1.9.0\"");
    }

    @Test
    void whoeverWasFasterIsComparedWithAgain() throws Exception {
        api.reply(404, NOT_THERE)
                .reply(
                        422,
                        "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\",\"details\":{\"causes\":[{"
                                + "\"field\":\"metadata.resourceVersion\"}]}}")
                .reply(200, live("True", "True"));
        registrar.register(crd);

        assertThat(api.requests.get(1).body()).contains("\"resourceVersion\":\"0\"");
        assertThat(writes()).isEqualTo(1);
    }

    @Test
    void whoOnlyChecksWritesNothing() throws Exception {
        JsonObject old = Json.parse(live("True", "True").replace("\"text\"", "\"words\""));
        api.reply(200, old.toString()).reply(404, NOT_THERE);
        var checking = new CrdRegistrar(api, scheduler, "tester", CrdPolicy.CHECK);
        checking.register(crd);

        assertThatThrownBy(() -> checking.register(crd)).hasMessageContaining("kubectl");
        assertThat(writes()).isZero();
    }

    @Test
    void whoMayNotWriteGoesOnWithADefinitionThatDiffers() throws Exception {
        JsonObject old = Json.parse(live("True", "True").replace("\"text\"", "\"words\""));
        api.reply(200, old.toString()).reply(201, "{\"status\":{\"allowed\":false}}");
        registrar.register(crd);

        assertThat(api.requests).hasSize(2);
    }

    @Test
    void namesThatAreTakenAreSaidPlainly() {
        api.reply(404, NOT_THERE).reply(201, live("False", "False"));

        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("taken by another");
    }

    @Test
    void aRefusalIsSaidPlainly() {
        api.reply(404, NOT_THERE)
                .reply(422, "{\"kind\":\"Status\",\"code\":422,\"reason\":\"Invalid\",\"message\":\"no such rule\"}");

        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("no such rule");
    }

    @Test
    void whoMayNotWriteGoesOnWhereTheKindIsServed() throws Exception {
        api.reply(403, FORBIDDEN).reply(200, "{\"resources\":[{\"name\":\"things\"},{\"name\":\"things/status\"}]}");
        registrar.register(crd);

        assertThat(api.requests.get(1)).isEqualTo(ApiRequest.of(ApiRequest.Method.GET, "/apis/demo.operatorlib.io/v1"));
    }

    @Test
    void whoMayNotWriteIsToldWhatToDoWhereTheKindIsNotServed() {
        api.reply(403, FORBIDDEN).reply(404, "404 page not found").reply(403, FORBIDDEN);

        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("kubectl")
                .hasMessageContaining("you may not");
    }

    @Test
    void aServerThatDoesNotAnswerIsAskedAgainUntilPatienceEnds() {
        assertThatThrownBy(() -> registrar.register(crd))
                .isInstanceOf(CrdException.class)
                .hasMessageContaining("not served after");
        assertThat(scheduler.nanoTime()).isGreaterThanOrEqualTo(CrdRegistrar.PATIENCE.toNanos());
    }
}
