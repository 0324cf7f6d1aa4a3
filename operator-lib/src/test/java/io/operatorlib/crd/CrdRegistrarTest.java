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
    void aDefinitionWithoutASchemaIsBroughtUpToDate() throws Exception {
        JsonObject old = Json.parse(live("True", "True"));
        Json.objects(old, "spec", "versions").get(0).remove("schema");
        api.reply(200, old.toString()).reply(200, live("True", "True"));
        registrar.register(crd);

        assertThat(writes()).isEqualTo(1);
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
        api.reply(403, FORBIDDEN)
                .reply(403, FORBIDDEN)
                .reply(200, "{\"resources\":[{\"name\":\"things\"},{\"name\":\"things/status\"}]}");
        registrar.register(crd);

        assertThat(api.requests.get(2)).isEqualTo(ApiRequest.of(ApiRequest.Method.GET, "/apis/demo.operatorlib.io/v1"));
    }

    @Test
    void whoMayNotWriteIsToldWhatToDoWhereTheKindIsNotServed() {
        api.reply(403, FORBIDDEN)
                .reply(403, FORBIDDEN)
                .reply(404, "404 page not found")
                .reply(403, FORBIDDEN);

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
