package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Brings the objects of one definition to another of its versions: by its webhook, or by the name of the version alone.
 *
 * <p><b>Guarantees.</b> Of what a webhook answers, metadata counts only for labels and annotations, as on a real server;
 * an answer that renames an object, leaves one out or gives another version is a failure, and nothing is converted.
 */
final class ObjectVersions {
    private static final List<String> OF_THE_WEBHOOK = List.of("labels", "annotations");
    private static final List<String> SAME = List.of("name", "namespace", "uid");

    private final Set<String> known;
    private final JsonObject conversion;
    private final Supplier<Webhooks> webhooks;

    /**
     * Of one definition.
     *
     * @param known the versions that it names, each with its group; an object in another cannot be read
     * @param conversion its {@code spec.conversion}; empty for none
     */
    ObjectVersions(Set<String> known, JsonObject conversion, Supplier<Webhooks> webhooks) {
        this.known = known;
        this.conversion = conversion;
        this.webhooks = webhooks;
    }

    /** Of a kind that is never asked for in another version. */
    static ObjectVersions alike() {
        return new ObjectVersions(Set.of(), new JsonObject(), () -> Webhooks.NONE);
    }

    /** The objects in that version; those that have it already as they are. */
    List<JsonObject> convert(String apiVersion, String kind, List<JsonObject> objects) {
        for (JsonObject object : objects) {
            String from = Json.string(object, "apiVersion");
            if (!from.equals(apiVersion) && !known.contains(from)) {
                throw ApiError.unforeseen("request to convert CR from an invalid group/version: " + from);
            }
        }
        if (!Json.string(conversion, "strategy").equals("Webhook")) {
            return objects.stream()
                    .map(object -> has(apiVersion, object) ? object : Json.with(object, "apiVersion", apiVersion))
                    .toList();
        }
        var others = new JsonArray();
        objects.stream().filter(object -> !has(apiVersion, object)).forEach(others::add);
        if (others.isEmpty()) {
            return objects;
        }
        String from = Json.string(others.get(0).getAsJsonObject(), "apiVersion");
        String failure = "conversion webhook for " + from + ", Kind=" + kind + " failed: ";
        List<JsonElement> answer = ask(apiVersion, others, failure).asList();
        if (answer.size() != others.size()) {
            throw ApiError.unforeseen("conversion webhook for " + from + ", Kind=" + kind + " returned " + answer.size()
                    + " objects, expected " + others.size());
        }
        var converted = new ArrayList<JsonObject>();
        int next = 0;
        for (JsonObject object : objects) {
            converted.add(has(apiVersion, object) ? object : checked(object, answer.get(next++), apiVersion, failure));
        }
        return converted;
    }

    private static boolean has(String apiVersion, JsonObject object) {
        return Json.string(object, "apiVersion").equals(apiVersion);
    }

    private JsonArray ask(String apiVersion, JsonArray objects, String failure) {
        var request = new JsonObject();
        byte[] question = (apiVersion + objects).getBytes(StandardCharsets.UTF_8);
        request.addProperty("uid", UUID.nameUUIDFromBytes(question).toString());
        request.addProperty("desiredAPIVersion", apiVersion);
        request.add("objects", objects);
        var review = new JsonObject();
        review.addProperty("kind", "ConversionReview");
        review.addProperty("apiVersion", "apiextensions.k8s.io/v1");
        review.add("request", request);
        JsonObject response;
        try {
            String text = webhooks.get()
                    .ask(Json.object(Json.object(conversion, "webhook"), "clientConfig"), review.toString());
            JsonElement answer = Json.parse(text).value();
            if (!(answer instanceof JsonObject object)
                    || !Json.string(object, "kind").equals("ConversionReview")) {
                throw ApiError.unforeseen(failure + "the answer is no ConversionReview");
            }
            response = Json.object(object, "response");
        } catch (IOException | Json.MalformedException e) {
            throw ApiError.unforeseen(failure + e.getMessage());
        }
        if (!Json.string(response, "uid").equals(Json.string(request, "uid"))) {
            throw ApiError.unforeseen(failure + "the answer is to another request");
        }
        JsonObject result = Json.object(response, "result");
        if (!Json.string(result, "status").equals("Success")) {
            throw ApiError.unforeseen(failure + Json.string(result, "message"));
        }
        return Json.array(response, "convertedObjects");
    }

    private static JsonObject checked(JsonObject before, JsonElement answer, String apiVersion, String failure) {
        if (!(answer instanceof JsonObject after)
                || !has(apiVersion, after)
                || !Json.string(after, "kind").equals(Json.string(before, "kind"))) {
            throw ApiError.unforeseen(failure + "the answer has an object of another version or kind");
        }
        JsonObject metadata = Json.shallow(Meta.of(before));
        for (String name : SAME) {
            if (!Json.string(Meta.of(after), name).equals(Json.string(metadata, name))) {
                throw ApiError.unforeseen(failure + "metadata." + name + " was changed");
            }
        }
        for (String name : OF_THE_WEBHOOK) {
            JsonElement given = Meta.of(after).get(name);
            if (given == null) {
                metadata.remove(name);
            } else {
                metadata.add(name, given);
            }
        }
        return Json.with(after, "metadata", metadata);
    }
}
