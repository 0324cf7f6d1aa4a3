package io.operatorlib.internal.kube;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Thrown when the API refused a request: the request had no effect. Told apart by {@link #code()} and
 * {@link #reason()}, as Kubernetes' Status gives them; the message is for people.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    // a proxy's error page can be long, and nobody reads past the beginning
    private static final int LONGEST_FOREIGN_TEXT = 200;

    private final int code;
    private final String reason;
    private final String status;
    private final transient List<Cause> causes;
    private final transient Optional<Duration> retryAfter;
    private final boolean aboutAnObject;
    private final String continuation;

    /**
     * One of several reasons.
     *
     * @param field the path of the field, where there is one
     */
    public record Cause(String reason, String field, String message) {}

    private ApiException(String request, int code, JsonObject status, Optional<Duration> retryAfter, String text) {
        super(request + ": " + code + " " + Json.text(status, "reason") + ": " + text);
        this.code = code;
        this.reason = Json.text(status, "reason");
        this.status = text;
        this.causes = Json.objects(status, "details", "causes").stream()
                .map(cause ->
                        new Cause(Json.text(cause, "reason"), Json.text(cause, "field"), Json.text(cause, "message")))
                .toList();
        this.retryAfter = retryAfter;
        this.aboutAnObject = !Json.text(status, "details", "name").isEmpty();
        this.continuation = Json.text(status, "metadata", "continue");
    }

    /** Reads the refusal in a reply, and closes it. */
    public static ApiException of(ApiRequest request, ApiResponse response) {
        return of(request, response.status(), response.headers(), response.text());
    }

    /** The refusal of a request that was answered with this status and body. */
    public static ApiException of(ApiRequest request, int code, Map<String, String> headers, String body) {
        String what = request.method() + " " + request.path();
        JsonObject status = status(body);
        String text = Json.text(status, "message");
        if (text.isEmpty()) {
            text = body.substring(0, Math.min(body.length(), LONGEST_FOREIGN_TEXT))
                    .trim();
        }
        return new ApiException(what, code, status, retryAfter(status, headers), text);
    }

    private static JsonObject status(String body) {
        try {
            return Json.parse(body);
        } catch (CodecException e) {
            return new JsonObject(); // not Kubernetes but something in between: a proxy, an aggregator
        }
    }

    private static Optional<Duration> retryAfter(JsonObject status, Map<String, String> headers) {
        long seconds = Json.number(0, status, "details", "retryAfterSeconds");
        String header = headers.getOrDefault("retry-after", "");
        if (seconds <= 0 && header.matches("[0-9]{1,9}")) {
            seconds = Long.parseLong(header);
        }
        return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    }

    /** The HTTP status code. */
    public int code() {
        return code;
    }

    /** One word in CamelCase, for example {@code Conflict}; empty where the reply was no Status. */
    public String reason() {
        return reason;
    }

    /** The API's own words, without the request. */
    public String status() {
        return status;
    }

    public List<Cause> causes() {
        return causes;
    }

    /** Tells whether one of the causes has this reason, for example {@code NamespaceTerminating}. */
    public boolean causedBy(String causeReason) {
        return causes.stream().anyMatch(cause -> cause.reason().equals(causeReason));
    }

    /** How long the server asks to wait before the next try. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Tells whether the object itself is not there; not its namespace, its kind or its server. */
    public boolean notFound() {
        return code == 404 && reason.equals("NotFound") && aboutAnObject;
    }

    /** Tells whether an object of that name is there already. */
    public boolean alreadyExists() {
        return code == 409 && reason.equals("AlreadyExists");
    }

    /** Tells whether the object has changed since it was read, or is not the one that was meant. */
    public boolean conflict() {
        return code == 409 && reason.equals("Conflict");
    }

    /** Tells whether the resource version or the continuation asked for is no longer remembered. */
    public boolean expired() {
        return code == 410;
    }

    /** Where a list can go on whose continuation has expired, at the cost of showing another moment; empty for nowhere. */
    public String continuation() {
        return continuation;
    }
}
