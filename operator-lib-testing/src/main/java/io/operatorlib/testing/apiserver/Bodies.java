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

    /** As much of a body as a real server shows in an error. */
    private static final int SHOWN = 30;

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
            throw ApiError.unsupportedMediaType(List.of(JSON));
        }
        String text = call.request().body();
        Json.Parsed parsed;
        try {
            parsed = Json.parse(text);
        } catch (Json.MalformedException e) {
            throw unrecognized(kind, "couldn't get version/kind; json parse error: " + e.getMessage(), text);
        }
        if (!(parsed.value() instanceof JsonObject sent)) {
            throw unrecognized(kind, "couldn't get version/kind; json parse error: it is not an object", text);
        }
        if (kind.custom() && Json.string(sent, "kind").isEmpty()) {
            throw unrecognized(kind, "Object 'Kind' is missing in '" + text + "'", text);
        }
        checkType(kind, sent);
        return decoded(kind, sent, parsed.duplicates(), options);
    }

    private static ApiError unrecognized(ServedKind kind, String why, String text) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + " ..." : text;
        return ApiError.badRequest("the object provided is unrecognized (must be of type " + kind.kind() + "): " + why
                + " (" + shown + ")");
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

    private static void checkType(ServedKind kind, JsonObject sent) {
        String apiVersion = Json.string(sent, "apiVersion");
        String name = Json.string(sent, "kind");
        boolean same = (apiVersion.isEmpty() || apiVersion.equals(kind.apiVersion()))
                && (name.isEmpty() || name.equals(kind.kind()));
        if (same) {
            return;
        }
        if (kind.custom()) {
            throw ApiError.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        }
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        String why = apiVersion.equals(kind.apiVersion())
                ? "converting (" + version + "." + name + ") to (" + goPackage(kind) + "." + kind.kind()
                        + "): unknown conversion"
                : "no kind \"" + name + "\" is registered for version \"" + apiVersion
                        + "\" in scheme \"pkg/runtime/scheme.go:110\"";
        throw ApiError.badRequest(handled(name, version, kind) + why);
    }

    private static String goPackage(ServedKind kind) {
        return kind.group().isEmpty() ? "core" : kind.group().split("\\.", 2)[0];
    }

    private static String handled(String name, String version, ServedKind kind) {
        return name + " in version \"" + version + "\" cannot be handled as a " + kind.kind() + ": ";
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
            throw ApiError.badRequest(handled(kind.kind(), kind.version(), kind) + "strict decoding error: "
                    + String.join(", ", complaints));
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
        if (Json.string(sent, "kind").isEmpty()) {
            throw ApiError.badRequest("invalid object type: /, Kind=");
        }
        checkType(kind, sent);
        String name = Meta.name(sent);
        if (!name.isEmpty() && !name.equals(call.name())) {
            throw ApiError.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + call.name() + ")");
        }
        JsonObject placed = Writes.inNamespace(kind, Meta.with(sent, "name", call.name()), call.namespace());
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
