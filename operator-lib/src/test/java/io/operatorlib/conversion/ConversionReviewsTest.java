package io.operatorlib.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the API server asks, and what it is answered. */
class ConversionReviewsTest {
    static final String OLD =
            "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Website\",\"metadata\":{\"name\":\"a\","
                    + "\"namespace\":\"n\",\"uid\":\"1\"},\"spec\":{\"size\":2,\"motto\":\"wow\",\"pages\":[{\"name\":\"x\"}]}}";
    private static final String BAD = OLD.replace("\"name\":\"x\"", "\"text\":\"x\"");
    static final String REVIEW =
            "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"ConversionReview\",\"request\":{\"uid\":\"42\","
                    + "\"desiredAPIVersion\":\"demo.operatorlib.io/v2\",\"objects\":[OBJECTS]}}";

    private final ConversionReviews reviews = ConversionReviews.of(List.of(Websites.CONVERSION));

    private JsonObject response(String... objects) {
        JsonObject review = Json.parse(reviews.answer(REVIEW.replace("OBJECTS", String.join(",", objects))));
        assertThat(Json.text(review, "kind")).isEqualTo("ConversionReview");
        assertThat(Json.text(review, "response", "uid")).isEqualTo("42");
        return review.getAsJsonObject("response");
    }

    @Test
    void allObjectsAreConverted() {
        JsonObject response = response(OLD, OLD.replace("\"a\"", "\"b\""));
        assertThat(Json.text(response, "result", "status")).isEqualTo("Success");
        assertThat(Json.objects(response, "convertedObjects"))
                .extracting(object -> Json.text(object, "metadata", "name"))
                .containsExactly("a", "b");
        assertThat(Json.objects(response, "convertedObjects"))
                .allSatisfy(object ->
                        assertThat(Json.number(0, object, "spec", "replicas")).isEqualTo(2));
    }

    @Test
    void objectsThatHaveTheVersionAlreadyPass() {
        String hub = OLD.replace("/v1\"", "/v2\"").replace("\"size\"", "\"replicas\"");
        assertThat(Json.objects(response(hub, OLD), "convertedObjects").get(0)).isEqualTo(Json.parse(hub));
    }

    @Test
    void aFailureConvertsNothingAndNamesTheObjectAndTheField() {
        JsonObject response = response(OLD, BAD);
        assertThat(Json.text(response, "result", "status")).isEqualTo("Failure");
        assertThat(Json.text(response, "result", "message")).contains("Website n/a", "spec.pages[0].name", "v1", "v2");
        assertThat(Json.list(response, "convertedObjects")).isEmpty();
    }

    @Test
    void whatIsNoReviewIsNotAnswered() {
        for (String text : List.of("", "[]", "null", "{}", "{\"kind\":\"ConversionReview\"}", REVIEW)) {
            String body = text.replace("\"uid\":\"42\",", "").replace("OBJECTS", "");
            assertThatThrownBy(() -> reviews.answer(body)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whateverIsSentIsAnsweredOrRefused() {
        var random = new Random(7);
        int refused = 0;
        int failed = 0;
        for (int i = 0; i < 10_000; i++) {
            String body = Malformed.review(random, REVIEW.replace("OBJECTS", OLD + "," + OLD));
            try {
                JsonObject response = Json.object(Json.parse(reviews.answer(body)), "response");
                String status = Json.text(response, "result", "status");
                assertThat(status).isIn("Success", "Failure");
                if (status.equals("Failure")) {
                    failed++;
                    assertThat(Json.list(response, "convertedObjects")).isEmpty();
                    assertThat(Json.text(response, "result", "message")).isNotEmpty();
                }
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
        assertThat(failed).isGreaterThan(500);
    }
}
