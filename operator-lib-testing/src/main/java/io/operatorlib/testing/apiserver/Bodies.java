package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.Decoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads what clients send. */
final class Bodies {
    static final String JSON = "application/json";
    static final String MERGE_PATCH = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
    static final String APPLY_PATCH = "application/apply-patch+yaml";

    private Bodies() {}

    /**
     * An object that was read.
     *
     * @param complaints what is wrong with it, though it could be read
     */
    record Body(JsonObject object, List<String> complaints) {}

    /** A media type without its parameters. */
    static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    static boolean isApply(String contentType) {
        return mediaType(contentType).equals(APPLY_PATCH);
    }

    /** Reads a whole object of the kind. */
    static Body object(Call call, ServedKind kind, Options options) {
        String type = mediaType(call.request().contentType());
        if (!type.isEmpty() && !type.equals(JSON)) {
            throw ApiError.unsupportedMediaType(type, List.of(JSON));
        }
        Json.Parsed parsed = parse(call.request().body());
        if (!(parsed.value() instanceof JsonObject sent)) {
            throw ApiError.badRequest("couldn't get version/kind; json parse error: the body is not a JSON object");
        }
        return decoded(kind, typed(kind, sent), parsed.duplicates(), options);
    }

    /** Reads an object that may be of any kind, as options and reviews are. */
    static JsonObject any(Call call) {
        String body = call.request().body();
        return !body.isBlank() && parse(body).value() instanceof JsonObject object ? object : new JsonObject();
    }

    static Json.Parsed parse(String text) {
        try {
            return Json.parse(text);
        } catch (Json.MalformedException e) {
            throw ApiError.badRequest("the object provided is unrecognized (must be of type Status): couldn't get"
                    + " version/kind; json parse error: " + e.getMessage());
        }
    }

    private static JsonObject typed(ServedKind kind, JsonObject sent) {
        String apiVersion = Json.string(sent, "apiVersion");
        String name = Json.string(sent, "kind");
        if ((!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion()))
                || (!name.isEmpty() && !name.equals(kind.kind()))) {
            throw mismatch(kind, apiVersion, name);
        }
        if (kind.custom() && (apiVersion.isEmpty() || name.isEmpty())) {
            throw ApiError.badRequest("Object 'Kind' is missing in the body");
        }
        return sent;
    }

    private static ApiError mismatch(ServedKind kind, String apiVersion, String name) {
        if (name.equals(kind.kind()) || name.isEmpty()) {
            return ApiError.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        }
        return ApiError.badRequest(name + " in version \"" + apiVersion.substring(apiVersion.indexOf('/') + 1)
                + "\" cannot be handled as a " + kind.kind());
    }

    /**
     * Has the kind read an object, whoever made it: unknown fields go, or refuse the request where it is strict.
     *
     * @param duplicates complaints so far
     */
    static Body decoded(ServedKind kind, JsonObject sent, List<String> duplicates, Options options) {
        JsonObject named = Json.with(Json.with(sent, "apiVersion", kind.apiVersion()), "kind", kind.kind());
        Decoded decoded = kind.rules().decode(named);
        if (decoded instanceof Decoded.Refused refused) {
            throw ApiError.badRequest(refused.message());
        }
        var read = (Decoded.Read) decoded;
        var complaints = new ArrayList<>(duplicates);
        complaints.addAll(read.complaints());
        if (options.fieldValidation().equals("Strict") && !complaints.isEmpty()) {
            throw ApiError.badRequest(kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.kind() + ": strict decoding error: " + String.join(", ", complaints));
        }
        return new Body(read.object(), options.fieldValidation().equals("Warn") ? complaints : List.of());
    }

    /** Reads an applied configuration: an object of the kind, in JSON or YAML. */
    static Body configuration(Call call, ServedKind kind, Options options) {
        String text = call.request().body();
        if (!text.stripLeading().startsWith("{")) {
            throw ApiError.notImplemented("a configuration in YAML (JSON is taken)");
        }
        Json.Parsed parsed = parse(text);
        if (!(parsed.value() instanceof JsonObject sent)) {
            throw ApiError.badRequest("error decoding YAML: not an object");
        }
        JsonObject typed = typed(kind, sent);
        String name = Meta.name(typed);
        if (!name.isEmpty() && !name.equals(call.name())) {
            throw ApiError.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + call.name() + ")");
        }
        JsonObject placed = Writes.inNamespace(kind, Meta.with(typed, "name", call.name()), call.namespace());
        return decoded(kind, placed, parsed.duplicates(), options);
    }

    /** A patch: anything but an object of the kind. */
    static JsonElement patch(Call call) {
        try {
            return Json.parse(call.request().body()).value();
        } catch (Json.MalformedException e) {
            throw ApiError.badRequest("error decoding patch: " + e.getMessage());
        }
    }
}
