package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of one HTTPS server: finds out who asks, answers by itself what is said of the server as a
 * whole, and hands requests for resources to the API server behind it.
 */
final class Face {
    private static final Logger LOG = LoggerFactory.getLogger(Face.class);

    /** Readable by everybody, as {@code system:public-info-viewer} of Kubernetes has it. */
    private static final Set<String> PUBLIC = Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");

    private final Authentication authentication;
    private final Impersonation impersonation;
    private final Documents documents;
    private final Resources resources;

    Face(Authentication authentication, Impersonation impersonation, Documents documents, Resources resources) {
        this.authentication = authentication;
        this.impersonation = impersonation;
        this.documents = documents;
        this.resources = resources;
    }

    void handle(HttpExchange exchange) {
        try {
            Optional<JsonObject> refusal = answer(exchange);
            if (refusal.isPresent()) {
                refuse(exchange, refusal.get());
            }
        } catch (IOException e) {
            LOG.debug("client gone request={} reason={}", exchange.request().path(), e.toString());
        } catch (KubeApi.NoReplyException e) {
            // nothing is answered: whether the request took effect is for the client to find out
            LOG.debug("no reply request={} reason={}", exchange.request().path(), e.toString());
        } catch (RuntimeException e) {
            LOG.warn("request failed request={}", exchange.request().path(), e);
            try {
                refuse(exchange, Statuses.internal(String.valueOf(e.getMessage())));
            } catch (IOException gone) {
                LOG.debug("client gone reason={}", gone.toString());
            }
        }
    }

    /** Answers the request, or says why not. */
    private Optional<JsonObject> answer(HttpExchange exchange) throws IOException {
        HttpRequest request = exchange.request();
        Optional<Caller> caller = authentication.caller(exchange);
        if (caller.isEmpty() && !PUBLIC.contains(request.path())) {
            exchange.header("WWW-Authenticate", "Bearer realm=\"kubernetes\"");
            return Optional.of(Statuses.unauthorized());
        }
        Impersonation.Result acting = impersonation.of(caller.orElse(Caller.ANONYMOUS), request);
        if (acting.refusal().isPresent()) {
            return acting.refusal();
        }
        return documents.has(request.path())
                ? documents.answer(acting.caller(), exchange)
                : resources.answer(acting.caller(), exchange);
    }

    private static void refuse(HttpExchange exchange, JsonObject status) throws IOException {
        if (Statuses.code(status) == 404) {
            NotFound.reply(exchange);
            return;
        }
        exchange.reply(Statuses.code(status), Statuses.JSON, (status + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
