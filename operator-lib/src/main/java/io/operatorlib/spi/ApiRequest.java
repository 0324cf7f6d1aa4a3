package io.operatorlib.spi;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One request of the Kubernetes API.
 *
 * @param method the HTTP method
 * @param path the decoded path, for example {@code /api/v1/namespaces/default/pods/web}
 * @param query the decoded query parameters, in the order of their names
 * @param contentType the body's media type; empty where there is no body
 * @param body the body, JSON; empty where there is none
 * @param deadline how long to wait for the reply; for a watch, for its first byte
 * @param notAfter after which moment of the monotonic clock ({@link Scheduler#nanoTime}) it must not leave the process
 *     any more; empty for no such moment
 */
public record ApiRequest(
        Method method,
        String path,
        SortedMap<String, String> query,
        String contentType,
        String body,
        Duration deadline,
        OptionalLong notAfter) {

    /** Long enough for a slow list, short enough that a dead connection is noticed within a minute. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /** The HTTP methods of the Kubernetes API. */
    public enum Method {
        GET,
        POST,
        PUT,
        PATCH,
        DELETE;

        /** Tells whether a request with this method may change something. */
        public boolean mutating() {
            return this != GET;
        }
    }

    public static ApiRequest of(Method method, String path) {
        return new ApiRequest(method, path, new TreeMap<>(), "", "", DEADLINE, OptionalLong.empty());
    }

    /** This request with one more query parameter. */
    public ApiRequest with(String name, String value) {
        var more = new TreeMap<>(query);
        more.put(name, value);
        return new ApiRequest(method, path, more, contentType, body, deadline, notAfter);
    }

    /** This request with a body. */
    public ApiRequest withBody(String mediaType, String json) {
        return new ApiRequest(method, path, query, mediaType, json, deadline, notAfter);
    }

    /** This request with another deadline. */
    public ApiRequest within(Duration other) {
        return new ApiRequest(method, path, query, contentType, body, other, notAfter);
    }

    /** This request, not to leave the process after a moment of the monotonic clock. */
    public ApiRequest notAfter(long nanoTime) {
        return new ApiRequest(method, path, query, contentType, body, deadline, OptionalLong.of(nanoTime));
    }

    /** Tells whether it is too late for this request to leave the process. */
    public boolean tooLate(long nanoTime) {
        return notAfter.isPresent() && nanoTime - notAfter.getAsLong() >= 0;
    }

    /** The method, the path and the query, without the body: what a log may show. */
    @Override
    public String toString() {
        return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
}
