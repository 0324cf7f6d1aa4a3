package io.operatorlib.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import org.junit.jupiter.api.Test;

/** An object in each of its versions. */
class ConversionTest {
    private static final String KEPT = "demo.operatorlib.io/conversion-data";

    private static JsonObject website(String version, String body) {
        return Json.parse("{apiVersion: 'demo.operatorlib.io/" + version
                + "', kind: Website, metadata: {name: shop, uid: u, labels: {a: b}}" + body + "}");
    }

    private static JsonObject converted(JsonObject object, String version) {
        return Websites.CONVERSION.convert(object, "demo.operatorlib.io/" + version);
    }

    private static JsonObject unkept(JsonObject object) {
        JsonObject copy = object.deepCopy();
        JsonObject annotations = Json.object(copy, "metadata", "annotations");
        annotations.remove(KEPT);
        if (annotations.isEmpty()) {
            copy.getAsJsonObject("metadata").remove("annotations");
        }
        return copy;
    }

    @Test
    void whatBothVersionsExpressNeedsNothingKept() {
        var old = website("v1", ", spec: {size: 2, pages: [{name: index, text: hi}]}, status: {pages: 1}");
        var hub = website("v2", ", spec: {replicas: 2, pages: [{name: index, text: hi}]}, status: {pages: 1}");
        assertThat(converted(old, "v2")).isEqualTo(hub);
        assertThat(converted(hub, "v1")).isEqualTo(old);
    }

    @Test
    void whatTheSpokeCannotExpressComesBack() {
        var hub = website("v2", ", spec: {replicas: 2, pages: [{name: a, text: x, style: bold}], theme: dark}");
        var old = converted(hub, "v1");
        assertThat(unkept(old)).isEqualTo(website("v1", ", spec: {size: 2, pages: [{name: a, text: x}]}"));
        assertThat(converted(old, "v2")).isEqualTo(hub);
    }

    @Test
    void whatTheHubCannotExpressComesBack() {
        var old = website("v1", ", spec: {size: 2, motto: wow, pages: [], unknown: {field: [1]}}");
        var hub = converted(old, "v2");
        assertThat(unkept(hub)).isEqualTo(website("v2", ", spec: {replicas: 2}"));
        assertThat(converted(hub, "v1")).isEqualTo(old);
    }

    @Test
    void anEditThroughTheOldVersionMeetsWhatItCannotSee() {
        var old = converted(
                website(
                        "v2",
                        ", spec: {replicas: 2, theme: dark, pages: [{name: a, text: x, style: bold}, {name: b}]}"),
                "v1");
        old.add("spec", Json.parse("{size: 3, pages: [{name: a, text: y}], motto: new}"));
        var hub = converted(old, "v2");
        assertThat(Json.object(hub, "spec"))
                .isEqualTo(Json.parse("{replicas: 3, theme: dark, pages: [{name: a, text: y, style: bold}]}"));
        assertThat(unkept(converted(hub, "v1"))).isEqualTo(unkept(old));
    }

    @Test
    void anEditOfTheHubIsSeenThroughTheOldVersionBesideWhatOnlyThatKnows() {
        var hub = converted(website("v1", ", spec: {size: 2, motto: wow}"), "v2");
        hub.add("spec", Json.parse("{replicas: 5, theme: dark}"));
        assertThat(Json.object(converted(hub, "v1"), "spec")).isEqualTo(Json.parse("{size: 5, motto: wow}"));
    }

    @Test
    void oneSpokeKeepsWhatAnotherHasWritten() {
        var old = website("v1", ", spec: {size: 2, motto: wow, pages: [{name: index, text: hi}]}");
        var oldest = converted(old, "v0");
        assertThat(Json.object(oldest, "spec")).isEqualTo(Json.parse("{text: hi}"));
        oldest.add("spec", Json.parse("{text: ho}"));
        assertThat(Json.object(converted(oldest, "v1"), "spec"))
                .isEqualTo(Json.parse("{size: 2, motto: wow, pages: [{name: index, text: ho}]}"));
    }

    @Test
    void anObjectWithoutSpecIsOneInEachVersion() {
        for (String version : new String[] {"v0", "v1", "v2"}) {
            assertThat(converted(website("v2", ""), version)).isEqualTo(website(version, ""));
            assertThat(converted(website(version, ""), "v2")).isEqualTo(website("v2", ""));
        }
    }

    @Test
    void onlyTheAnnotationThatKeepsIsChangedInTheMetadata() {
        var old = website("v1", ", spec: {motto: wow}");
        Json.object(old, "metadata").add("annotations", Json.parse("{mine: stays}"));
        var hub = converted(old, "v2");
        assertThat(Json.object(hub, "metadata", "annotations").keySet()).containsExactlyInAnyOrder("mine", KEPT);
        assertThat(Json.object(unkept(hub), "metadata")).isEqualTo(Json.object(old, "metadata"));
    }

    @Test
    void whatSomebodyElseWroteIntoTheAnnotationCountsAsNothing() {
        for (String text : new String[] {"garbage", "{'v2': 3}", "{'v2': {'spec': {'replicas': 'many'}}}"}) {
            var old = website("v1", ", spec: {size: 2}");
            var annotations = new JsonObject();
            annotations.addProperty(KEPT, text);
            Json.object(old, "metadata").add("annotations", annotations);
            assertThat(unkept(converted(old, "v2"))).isEqualTo(website("v2", ", spec: {replicas: 2}"));
        }
    }

    @Test
    void aFieldThatDoesNotFitIsNamed() {
        assertThatThrownBy(() -> converted(website("v1", ", spec: {pages: [{name: a}, {text: x}]}"), "v2"))
                .isInstanceOfSatisfying(
                        ConversionException.class, e -> assertThat(e.field()).isEqualTo("spec.pages[1].name"));
        assertThatThrownBy(() -> converted(website("v0", ", status: {pages: many}"), "v2"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("NumberFormatException");
    }

    @Test
    void versionsAndKindsThatAreNotHereAreRefused() {
        assertThatThrownBy(() -> converted(website("v9", ""), "v2")).hasMessageContaining("v9");
        assertThatThrownBy(() -> converted(website("v1", ""), "v9")).hasMessageContaining("v9");
        var other = Json.parse("{apiVersion: 'demo.operatorlib.io/v1', kind: Other}");
        assertThatThrownBy(() -> converted(other, "v2")).hasMessageContaining("Other");
    }

    @Test
    void moreThanAnnotationsMayHoldIsRefused() {
        var old = website("v1", ", spec: {motto: \"" + "x".repeat(300_000) + "\"}");
        assertThatThrownBy(() -> converted(old, "v2")).hasMessageContaining("metadata.annotations");
    }
}
