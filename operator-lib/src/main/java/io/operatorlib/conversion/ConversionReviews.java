package io.operatorlib.conversion;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers the API server's ConversionReviews ({@code apiextensions.k8s.io/v1}). All objects of a review are converted,
 * or none: then the answer names the first that could not be, and the field. Safe for use by many threads.
 */
public final class ConversionReviews {
    /** An annotation of an object that is only there to see whether it is converted: it says so afterwards. */
    public static final String PROBE = "operatorlib.io/conversion-probe";

    /** What a {@link #PROBE} says when it was converted. */
    public static final String CONVERTED = "converted";

    private static final String API_VERSION = "apiextensions.k8s.io/v1";
    private static final String KIND = "ConversionReview";

    private final Map<String, Conversion<?, ?>> byKind = new LinkedHashMap<>();

    private ConversionReviews() {}

    /** Answers for these kinds. */
    public static ConversionReviews of(List<Conversion<?, ?>> conversions) {
        var reviews = new ConversionReviews();
        for (Conversion<?, ?> conversion : conversions) {
            Kind<?, ?> hub = conversion.hub();
            if (reviews.byKind.put(hub.group() + "/" + hub.kind(), conversion) != null) {
                throw new IllegalArgumentException("two conversions of " + hub.kind() + " in " + hub.group());
            }
        }
        return reviews;
    }

    /**
     * Answers one review.
     *
     * @throws IllegalArgumentException if it is not a review, which to answer would make no sense
     */
    public String answer(String review) {
        JsonObject request = request(review);
        var answer = new JsonObject();
        answer.addProperty("apiVersion", API_VERSION);
        answer.addProperty("kind", KIND);
        answer.add("response", response(request));
        return answer.toString();
    }

    private static JsonObject request(String text) {
        JsonObject review;
        try {
            review = Json.parse(text);
        } catch (CodecException e) {
            throw new IllegalArgumentException("not a " + KIND + ": " + e.getMessage(), e);
        }
        if (!isText(review, "apiVersion", API_VERSION) || !isText(review, "kind", KIND)) {
            throw new IllegalArgumentException("not a " + KIND + " of " + API_VERSION);
        }
        JsonObject request = Json.object(review, "request");
        if (Json.text(request, "uid").isEmpty()) {
            throw new IllegalArgumentException("the " + KIND + " has no request.uid");
        }
        return request;
    }

    private static boolean isText(JsonObject object, String name, String value) {
        return Json.text(object, name).equals(value);
    }

    private JsonObject response(JsonObject request) {
        var response = new JsonObject();
        response.add("uid", request.get("uid"));
        var result = new JsonObject();
        try {
            response.add("convertedObjects", converted(request));
            result.addProperty("status", "Success");
        } catch (ConversionException e) {
            response.add("convertedObjects", new JsonArray());
            result.addProperty("status", "Failure");
            result.addProperty("message", e.getMessage());
        }
        response.add("result", result);
        return response;
    }

    private JsonArray converted(JsonObject request) {
        String wanted = Json.text(request, "desiredAPIVersion");
        JsonElement objects = Json.at(request, "objects");
        if (objects != null && !objects.isJsonArray()) {
            throw new ConversionException("request.objects", "must be a list");
        }
        var converted = new JsonArray();
        for (JsonElement element : Json.list(request, "objects")) {
            if (!(element instanceof JsonObject object)) {
                throw new ConversionException("request.objects", "must be a list of objects");
            }
            converted.add(convert(object, wanted));
        }
        return converted;
    }

    private static JsonObject marked(JsonObject converted) {
        if (Json.at(converted, "metadata", "annotations", PROBE) != null) {
            Json.object(converted, "metadata", "annotations").addProperty(PROBE, CONVERTED);
        }
        return converted;
    }

    private JsonObject convert(JsonObject object, String wanted) {
        String apiVersion = Json.text(object, "apiVersion");
        String kind = Json.text(object, "kind");
        try {
            int slash = apiVersion.indexOf('/');
            Conversion<?, ?> conversion = byKind.get(slash < 0 ? "" : apiVersion.substring(0, slash) + "/" + kind);
            if (conversion == null) {
                throw new ConversionException(
                        "kind", "there is no conversion of \"" + kind + "\" in \"" + apiVersion + "\" here");
            }
            return marked(conversion.convert(object, wanted));
        } catch (ConversionException e) {
            throw new ConversionException(
                    e.field(),
                    kind + " " + Json.key(object) + " cannot be converted from " + apiVersion + " to " + wanted + ": "
                            + e.getMessage(),
                    e);
        } catch (RuntimeException | StackOverflowError e) {
            throw new ConversionException(
                    "", kind + " " + Json.key(object) + " cannot be converted to " + wanted + ": " + e, e);
        }
    }
}
