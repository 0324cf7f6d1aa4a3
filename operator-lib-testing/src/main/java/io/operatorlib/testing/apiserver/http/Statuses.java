package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;

/** Refusals of the face itself, as {@code Status} objects of Kubernetes. */
final class Statuses {

    private Statuses() {}

    static final String JSON = "application/json";

    static JsonObject unauthorized() {
        return failure(401, "Unauthorized", "Unauthorized");
    }

    static JsonObject forbidden(String message) {
        return failure(403, "Forbidden", message);
    }

    static JsonObject notFound() {
        return failure(404, "NotFound", "the server could not find the requested resource");
    }

    static JsonObject methodNotAllowed() {
        return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static JsonObject notAcceptable() {
        return failure(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json,"
                        + " application/json;as=Table;g=meta.k8s.io;v=v1,"
                        + " application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    }

    static JsonObject badRequest(String message) {
        return failure(400, "BadRequest", message);
    }

    static JsonObject unsupportedMediaType(String message) {
        return failure(415, "UnsupportedMediaType", message);
    }

    static JsonObject notImplemented(String message) {
        return failure(501, "NotImplemented", message);
    }

    static JsonObject internal(String message) {
        return failure(500, "InternalError", "Internal error occurred: " + message);
    }

    static int code(JsonObject status) {
        return status.get("code").getAsInt();
    }

    private static JsonObject failure(int code, String reason, String message) {
        JsonObject status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Failure");
        status.addProperty("message", message);
        status.addProperty("reason", reason);
        status.addProperty("code", code);
        return status;
    }
}
