package io.operatorlib.testing.apiserver.http;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One HTTP request as it came over the connection.
 *
 * @param method the method, in upper case as sent
 * @param path the decoded path
 * @param query the decoded query, the last of several equal names wins
 * @param repeated every value of each query parameter
 * @param headers the headers, names in lower case, several equal names joined by commas
 * @param body the whole body
 */
public record HttpRequest(
        String method,
        String path,
        SortedMap<String, String> query,
        Map<String, List<String>> repeated,
        Map<String, List<String>> headers,
        ByteBuffer body) {

    static HttpRequest of(String method, String target, Map<String, List<String>> headers, byte[] body) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        SortedMap<String, String> query = new TreeMap<>();
        SortedMap<String, List<String>> repeated = new TreeMap<>();
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&")) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                    query.put(name, value);
                    repeated.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
                }
            }
        }
        return new HttpRequest(
                method,
                decoded(path.replace("+", "%2B")),
                query,
                repeated,
                headers,
                ByteBuffer.wrap(body).asReadOnlyBuffer());
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** The media type of the body in lower case, without parameters. */
    public String contentType() {
        String whole = header("content-type").orElse("");
        int end = whole.indexOf(';');
        return (end < 0 ? whole : whole.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** The body as text. */
    public String text() {
        return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    /** A copy of the body. */
    public byte[] bytes() {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return bytes;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
