package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import java.io.IOException;

/** Asks a webhook: over HTTPS as a real API server does, or in the same process. */
@FunctionalInterface
public interface Webhooks {
    /** Nobody asks; what needs a webhook fails. */
    Webhooks NONE = (clientConfig, review) -> {
        throw new IOException("this API server has nobody who calls webhooks");
    };

    /**
     * Sends a review, and returns the answer to it.
     *
     * @param clientConfig where the webhook is, and whose certificates are trusted: as in a definition
     * @throws IOException if there is no answer
     */
    String ask(JsonObject clientConfig, String review) throws IOException;
}
