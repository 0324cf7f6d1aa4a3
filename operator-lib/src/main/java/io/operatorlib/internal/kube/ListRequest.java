package io.operatorlib.internal.kube;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One list, in pages, read from the stream item by item. */
final class ListRequest {
    private final KubeApi api;
    private final ListQuery query;

    ListRequest(KubeApi api, ListQuery query) {
        this.api = api;
        this.query = query;
    }

    /** Runs the list and tells its resource version. */
    String run(Consumer<JsonObject> each) {
        JsonObject meta = page("", each);
        // each page carries the version of the first one: the pages are one snapshot
        String version = Json.text(meta, "resourceVersion");
        for (String next = Json.text(meta, "continue"); !next.isEmpty(); next = Json.text(meta, "continue")) {
            meta = page(next, each);
        }
        return version;
    }

    private JsonObject page(String continuation, Consumer<JsonObject> each) {
        var request = selecting(ApiRequest.of(Method.GET, query.kind().collection(query.namespace())), query)
                .with("limit", String.valueOf(KubeClient.PAGE));
        if (!continuation.isEmpty()) {
            request = request.with("continue", continuation);
        }
        try (ApiResponse response = api.send(request)) {
            if (!response.ok()) {
                throw ApiException.of(request, response);
            }
            return read(response, each);
        }
    }

    static ApiRequest selecting(ApiRequest request, ListQuery query) {
        var selecting = request;
        if (!query.labels().isEmpty()) {
            selecting = selecting.with("labelSelector", query.labels());
        }
        if (!query.fields().isEmpty()) {
            selecting = selecting.with("fieldSelector", query.fields());
        }
        return selecting;
    }

    private JsonObject read(ApiResponse response, Consumer<JsonObject> each) {
        var meta = new JsonObject();
        boolean listed = false;
        try (var in = new JsonReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "metadata" -> meta = object(JsonParser.parseReader(in));
                    case "items" -> {
                        items(in, each);
                        listed = true;
                    }
                    default -> in.skipValue();
                }
            }
            in.endObject();
        } catch (IOException | JsonParseException e) {
            throw new KubeApi.NoReplyException("the list of " + query.kind() + " broke off", e);
        }
        if (!listed && Json.text(meta, "resourceVersion").isEmpty()) {
            throw new KubeApi.NoReplyException("the list of " + query.kind() + " came without a resource version");
        }
        return meta;
    }

    private void items(JsonReader in, Consumer<JsonObject> each) throws IOException {
        if (in.peek() == JsonToken.NULL) { // how Go writes an empty list
            in.nextNull();
            return;
        }
        in.beginArray();
        while (in.hasNext()) {
            JsonObject item = object(JsonParser.parseReader(in));
            // Kubernetes' own kinds say it once for the whole list, custom resources each for itself
            if (!item.has("apiVersion")) {
                item.addProperty("apiVersion", query.kind().apiVersion());
                item.addProperty("kind", query.kind().kind());
            }
            each.accept(item);
        }
        in.endArray();
    }

    private static JsonObject object(JsonElement element) {
        return element instanceof JsonObject object ? object : new JsonObject();
    }
}
