package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import io.operatorlib.internal.http.WebhookClient;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.Webhooks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * Asks webhooks over HTTPS, behind a Service or at a URL.
 *
 * <p><b>Guarantees.</b> Only a certificate for {@code <service>.<namespace>.svc} is accepted, whatever the address of the
 * pod that answers.
 *
 * <p><b>Limits.</b> Of the pods behind a Service the first that its endpoints name is asked, and the next where that
 * cannot be reached.
 */
final class WebhookCalls implements Webhooks {
    /** A real API server's. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final KubeApi api;
    private final WebhookClient client = new WebhookClient(TIMEOUT);

    /**
     * Prepares.
     *
     * @param api for the endpoints of Services
     */
    WebhookCalls(KubeApi api) {
        this.api = api;
    }

    @Override
    public String ask(JsonObject clientConfig, String review) throws IOException {
        String url = Json.text(clientConfig, "url");
        String bundle = pem(clientConfig);
        if (!url.isEmpty()) {
            return client.post(url, URI.create(url).getHost(), bundle, review);
        }
        String namespace = Json.text(clientConfig, "service", "namespace");
        String name = Json.text(clientConfig, "service", "name");
        long port = Json.number(443, clientConfig, "service", "port");
        String path = Json.text(clientConfig, "service", "path");
        String host = name + "." + namespace + ".svc";
        String shown = "https://" + host + ":" + port + path + "?timeout=30s";
        IOException last = new IOException("no endpoints available for service \"" + name + "\"");
        for (String address : addresses(namespace, name)) {
            try {
                return client.post("https://" + address + path, host, bundle, review);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("Post \"" + shown + "\": " + last.getMessage(), last);
    }

    private List<String> addresses(String namespace, String name) throws IOException {
        var request = ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/" + namespace + "/endpoints/" + name);
        try (ApiResponse response = api.send(request)) {
            if (!response.ok()) {
                throw new IOException("service \"" + name + "\" not found");
            }
            return Json.objects(Json.parse(response.text()), "subsets").stream()
                    .flatMap(subset -> Json.objects(subset, "addresses").stream()
                            .flatMap(address -> Json.objects(subset, "ports").stream()
                                    .map(port -> Json.text(address, "ip") + ":" + Json.number(443, port, "port"))))
                    .toList();
        } catch (CodecException e) {
            throw new IOException(e);
        }
    }

    private static String pem(JsonObject clientConfig) throws IOException {
        try {
            byte[] bytes = Base64.getDecoder().decode(Json.text(clientConfig, "caBundle"));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("the definition's caBundle cannot be read: " + e.getMessage(), e);
        }
    }
}
