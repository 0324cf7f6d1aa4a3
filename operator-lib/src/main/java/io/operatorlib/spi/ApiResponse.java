package io.operatorlib.spi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One reply of the Kubernetes API. Closing it gives the connection back; {@link #text()} reads and closes.
 *
 * @param status the HTTP status code
 * @param headers the headers, with names in lower case
 * @param body the body, UTF-8, read at most once
 */
public record ApiResponse(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {

    public static ApiResponse of(int status, String json) {
        return new ApiResponse(
                status,
                Map.of("content-type", "application/json"),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Tells whether the status is one of the 2xx. */
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /**
     * Reads the whole body as text and closes it.
     *
     * @throws KubeApi.NoReplyException if the connection broke while the body was read
     */
    public String text() {
        try (InputStream in = body) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new KubeApi.NoReplyException("the reply broke off", e);
        }
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
