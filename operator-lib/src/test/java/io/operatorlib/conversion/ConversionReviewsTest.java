package io.operatorlib.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.json.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the API server asks, and what it is answered. */
class ConversionReviewsTest {
    private static final String OLD =
            "{\"apiVersion\":\"demo.operatorlib.io/v1\",\"kind\":\"Website\",\"metadata\":{\"name\":\"a\","
                    + "\"namespace\":\"n\",\"uid\":\"1\"},\"spec\":{\"size\":2,\"motto\":\"wow\",\"pages\":[{\"name\":\"x\"}]}}";
    private static final String BAD = OLD.replace("\"name\":\"x\"", "\"text\":\"x\"");
    private static final String REVIEW =
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
            String body = mutated(random, REVIEW.replace("OBJECTS", OLD + "," + OLD));
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

    /** Cut, overwritten, of wrong types, deeply nested, of another group. */
    private static String mutated(Random random, String body) {
        int at = random.nextInt(body.length());
        return switch (random.nextInt(6)) {
            case 0 -> body.substring(0, at);
            case 1 -> body.substring(0, at) + (char) random.nextInt(256) + body.substring(at + 1);
            case 2 -> body.replace("demo.operatorlib.io/v" + random.nextInt(3), "other" + random.nextInt(9));
            case 3 -> nested(random, body);
            case 4 -> body.substring(0, at) + body.substring(random.nextInt(body.length()));
            default -> retyped(random, body);
        };
    }

    private static String nested(Random random, String body) {
        int depth = 1 + random.nextInt(3_000);
        return body.replace("\"wow\"", "[".repeat(depth) + "]".repeat(depth));
    }

    private static String retyped(Random random, String body) {
        JsonObject review = Json.parse(body);
        JsonElement here = review;
        while (true) {
            if (here instanceof JsonObject object && !object.isEmpty()) {
                var names = List.copyOf(object.keySet());
                String name = names.get(random.nextInt(names.size()));
                here = object.get(name);
                if (!(here instanceof JsonObject) || random.nextInt(3) == 0) {
                    object.add(name, random.nextBoolean() ? new JsonPrimitive(random.nextInt()) : new JsonObject());
                    return review.toString();
                }
            } else {
                return review.toString();
            }
        }
    }
}
