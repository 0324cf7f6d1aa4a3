package io.operatorlib.testing.apiserver.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The reply for a path that is not served at all. It is a line of text and no {@code Status}, as on a real API server:
 * clients add by themselves what they were looking for.
 */
final class NotFound {
    private NotFound() {}

    static void reply(HttpExchange exchange) throws IOException {
        exchange.reply(404, "text/plain; charset=utf-8", "404 page not found\n".getBytes(StandardCharsets.UTF_8));
    }
}
