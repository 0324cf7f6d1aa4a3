package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal: a Kubernetes {@code Status} with its code, reason, message and details. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final String PAGE_NOT_FOUND = "404 page not found";

    private final int code;
    private final transient JsonObject status;

    private ApiError(int code, String reason, String message, @Nullable JsonObject details) {
        super(message, null, false, false);
        this.code = code;
        status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Failure");
        status.addProperty("message", message);
        if (!reason.isEmpty()) {
            status.addProperty("reason", reason);
        }
        if (details != null) {
            status.add("details", details);
        }
        status.addProperty("code", code);
    }

    String reason() {
        return Json.string(status, "reason");
    }

    int code() {
        return code;
    }

    /** The {@code Status} object. */
    JsonObject status() {
        return status;
    }

    static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message, null);
    }

    /** For an object. */
    static ApiError notFound(String group, String plural, String name) {
        return new ApiError(
                404,
                "NotFound",
                qualified(group, plural) + " \"" + name + "\" not found",
                details(name, group, plural));
    }

    /** For a path that nothing is served at. */
    static ApiError noSuchPath() {
        return new ApiError(404, "NotFound", "the server could not find the requested resource", new JsonObject());
    }

    /** For a path that no part of the server answers; a real one has no Status for it. */
    static ApiError noSuchPage() {
        return new ApiError(404, "", PAGE_NOT_FOUND, null);
    }

    /** What is sent: a Status, or, for such a path, a line of text. */
    String body() {
        return getMessage() == null || !getMessage().equals(PAGE_NOT_FOUND) ? status.toString() : PAGE_NOT_FOUND + "\n";
    }

    static ApiError alreadyExists(ServedKind kind, String name) {
        return new ApiError(409, "AlreadyExists", of(kind) + " \"" + name + "\" already exists", details(name, kind));
    }

    static ApiError stillTerminating(ServedKind kind, String name) {
        String what = of(kind) + " \"" + name + "\"";
        return new ApiError(
                409, "AlreadyExists", "object is being deleted: " + what + " already exists", details(name, kind));
    }

    static ApiError conflict(ServedKind kind, String name, String why) {
        return new ApiError(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + of(kind) + " \"" + name + "\": " + why,
                details(name, kind));
    }

    /** A deletion whose precondition does not hold. */
    static ApiError preconditionFailed(ServedKind kind, String name, String why) {
        return new ApiError(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.qualifiedKind() + " \"" + name + "\": " + why,
                details(name, kind.group(), kind.kind()));
    }

    static ApiError conflictOf(String resource, String name, String why) {
        return new ApiError(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why,
                details(name, "", resource));
    }

    static ApiError modified(ServedKind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** The fields that a server-side apply would take from other managers. */
    static ApiError applyConflicts(List<Cause> causes) {
        int count = causes.size();
        String message = "Apply failed with " + count + (count == 1 ? " conflict: " : " conflicts: ")
                + applyConflictText(causes);
        var details = new JsonObject();
        details.add("causes", causes(causes));
        return new ApiError(409, "Conflict", message, details);
    }

    private static String applyConflictText(List<Cause> causes) {
        if (causes.size() == 1) {
            return causes.get(0).message() + ": " + causes.get(0).field();
        }
        var text = new StringBuilder();
        String manager = "";
        for (Cause cause : causes) {
            if (!cause.message().equals(manager)) {
                manager = cause.message();
                text.append(text.isEmpty() ? "" : "\n")
                        .append(manager.replaceFirst("^conflict ", "conflicts "))
                        .append(":");
            }
            text.append("\n- ").append(cause.field());
        }
        return text.toString();
    }

    static ApiError invalid(ServedKind kind, String name, List<Cause> causes) {
        return invalid(kind.group(), kind.kind(), name, causes);
    }

    static ApiError invalid(String group, String kind, String name, List<Cause> causes) {
        JsonObject details = details(name, group, kind);
        details.add("causes", causes(causes));
        return new ApiError(
                422,
                "Invalid",
                qualified(group, kind) + " \"" + name + "\" is invalid: " + Cause.text(causes),
                details);
    }

    /** A patch that could be read but not carried out; a real server does not say why. */
    static ApiError unprocessable() {
        return new ApiError(
                422, "Invalid", "the server rejected our request due to an error in our request", new JsonObject());
    }

    static ApiError forbidden(String group, String plural, String name, String why) {
        String message =
                qualified(group, plural) + (name.isEmpty() ? "" : " \"" + name + "\"") + " is forbidden: " + why;
        return new ApiError(403, "Forbidden", message, details(name, group, plural));
    }

    static ApiError forbiddenPath(String message) {
        return new ApiError(403, "Forbidden", message, new JsonObject());
    }

    static ApiError terminatingNamespace(ServedKind kind, String name, String namespace) {
        String message = of(kind) + (name.isEmpty() ? "" : " \"" + name + "\"")
                + " is forbidden: unable to create new content in namespace " + namespace
                + " because it is being terminated";
        JsonObject details = details(name, kind);
        details.add(
                "causes",
                causes(List.of(new Cause(
                        "NamespaceTerminating",
                        "namespace " + namespace + " is being terminated",
                        "metadata.namespace"))));
        return new ApiError(403, "Forbidden", message, details);
    }

    static ApiError methodNotAllowed(String message) {
        return new ApiError(405, "MethodNotAllowed", message, new JsonObject());
    }

    /** For a valid request that this server, other than a real one, does not support. */
    static ApiError notImplemented(String what) {
        return new ApiError(501, "NotImplemented", what + " is not supported by this API server", null);
    }

    static ApiError unsupportedMediaType(List<String> supported) {
        return new ApiError(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", supported),
                null);
    }

    /** For a patch of a type that no kind takes. */
    static ApiError unknownPatch() {
        return new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", new JsonObject());
    }

    /** For a revision that is no longer kept. */
    static ApiError expired(String message) {
        return new ApiError(410, "Expired", message, null);
    }

    /** For the continuation of a list whose revision is no longer kept. */
    static ApiError continuationExpired(String fresh) {
        var error = new ApiError(
                410,
                "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new"
                        + " list without the continue parameter, or use the continue token in this response to"
                        + " retrieve the remainder of the results. Continuing with the provided token results in an"
                        + " inconsistent list - objects that were created, modified, or deleted between the time the"
                        + " first chunk was returned and now may show up in the list.",
                null);
        error.status.getAsJsonObject("metadata").addProperty("continue", fresh);
        return error;
    }

    static ApiError tooLargeRevision(long wanted, long current) {
        var details = new JsonObject();
        details.add("causes", causes(List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", ""))));
        details.addProperty("retryAfterSeconds", 1);
        return new ApiError(
                504, "Timeout", "Timeout: Too large resource version: " + wanted + ", current: " + current, details);
    }

    static ApiError tooManyRequests(String message, JsonObject details) {
        return new ApiError(429, "TooManyRequests", message, details);
    }

    /** A fault that a real server did not foresee either: it has no reason. */
    static ApiError unforeseen(String message) {
        return new ApiError(500, "", message, null);
    }

    static ApiError internal(String message) {
        return new ApiError(500, "InternalError", "Internal error occurred: " + message, null);
    }

    /** What the reply's headers say besides its type. */
    Map<String, String> headers() {
        return code == 429 || code == 504 ? Map.of("retry-after", "1") : Map.of();
    }

    private static String of(ServedKind kind) {
        return kind.resource();
    }

    private static String qualified(String group, String name) {
        return group.isEmpty() ? name : name + "." + group;
    }

    private static JsonObject details(String name, ServedKind kind) {
        return details(name, kind.group(), kind.plural());
    }

    private static JsonObject details(String name, String group, String kind) {
        var details = new JsonObject();
        if (!name.isEmpty()) {
            details.addProperty("name", name);
        }
        if (!group.isEmpty()) {
            details.addProperty("group", group);
        }
        if (!kind.isEmpty()) {
            details.addProperty("kind", kind);
        }
        return details;
    }

    private static JsonArray causes(List<Cause> causes) {
        var array = new JsonArray();
        for (Cause cause : causes) {
            var json = new JsonObject();
            json.addProperty("reason", cause.reason());
            json.addProperty("message", cause.message());
            if (!cause.field().isEmpty()) {
                json.addProperty("field", cause.field());
            }
            array.add(json);
        }
        return array;
    }
}
