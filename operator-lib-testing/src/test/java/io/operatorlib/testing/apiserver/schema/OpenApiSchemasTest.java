package io.operatorlib.testing.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenApiSchemasTest {
    private final KubernetesRules book = new KubernetesRules();

    @Test
    void a_kind_is_found_by_its_group_version_and_kind_and_everything_it_refers_to_is_there() {
        JsonObject schemas = OpenApiSchemas.v3(List.of(
                new OpenApiSchemas.Entry("apps", "v1", "Deployment", book.builtIn("apps", "v1", "Deployment"))));

        JsonObject deployment = schemas.getAsJsonObject("io.k8s.api.apps.v1.Deployment");
        assertThat(Json.objects(deployment, "x-kubernetes-group-version-kind"))
                .containsExactly(
                        JsonParser.parseString("{\"group\":\"apps\",\"version\":\"v1\",\"kind\":\"Deployment\"}")
                                .getAsJsonObject());
        assertThat(references(schemas.toString()))
                .allSatisfy(name -> assertThat(schemas.has(name)).as(name).isTrue());
    }

    @Test
    void lists_say_by_which_key_they_merge() {
        JsonObject schemas =
                OpenApiSchemas.v2(List.of(new OpenApiSchemas.Entry("", "v1", "Pod", book.builtIn("", "v1", "Pod"))));

        JsonObject volumes = Json.object(schemas, "io.k8s.api.core.v1.PodSpec", "properties", "volumes");
        assertThat(Json.text(volumes, "x-kubernetes-patch-merge-key")).isEqualTo("name");
        assertThat(Json.text(volumes, "x-kubernetes-patch-strategy")).isEqualTo("merge,retainKeys");
        assertThat(Json.text(volumes, "x-kubernetes-list-type")).isEqualTo("map");
    }

    @Test
    void a_custom_kind_keeps_its_descriptions_and_limits() {
        JsonObject definition = JsonParser.parseString("""
                {"spec":{"scope":"Namespaced","names":{"kind":"Gadget"},"versions":[{"name":"v1","schema":
                {"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
                "size":{"type":"integer","description":"How many.","maximum":7,"nullable":true}}}}}}}]}}
                """).getAsJsonObject();
        JsonObject schemas = OpenApiSchemas.v3(
                List.of(new OpenApiSchemas.Entry("demo.io", "v1", "Gadget", book.custom(definition, "v1"))));

        assertThat(Json.object(schemas, "io.demo.v1.Gadget", "properties", "spec", "properties", "size"))
                .isEqualTo(JsonParser.parseString(
                        "{\"description\":\"How many.\",\"type\":\"integer\",\"nullable\":true,\"maximum\":7}"));
        assertThat(Json.text(Json.object(schemas, "io.demo.v1.Gadget", "properties", "metadata"), "$ref"))
                .endsWith(".ObjectMeta");
    }

    private static List<String> references(String json) {
        return java.util.regex.Pattern.compile("#/components/schemas/([^\"]+)")
                .matcher(json)
                .results()
                .map(result -> result.group(1))
                .distinct()
                .toList();
    }
}
