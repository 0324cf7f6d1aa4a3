package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Who converts between the versions of a kind: where the API server finds it, and whose certificates it trusts there.
 *
 * @param at a Service or a URL
 * @param authorities certificates in PEM; empty where another writes them into the definition, or where the URL's
 *     certificate is one that everybody trusts
 */
public record ConversionWebhook(Address at, String authorities) {
    /** Where a webhook is reached. */
    public sealed interface Address {}

    /** Behind a Service of the cluster. */
    public record AtService(String namespace, String name, int port, String path) implements Address {}

    /** Outside the cluster; a URL of HTTPS. */
    public record AtUrl(String url) implements Address {}

    /** A webhook behind a Service, trusted by nobody yet. */
    public static ConversionWebhook service(String namespace, String name, int port, String path) {
        return new ConversionWebhook(new AtService(namespace, name, port, path), "");
    }

    /** A webhook at a URL. */
    public static ConversionWebhook url(String url) {
        return new ConversionWebhook(new AtUrl(url), "");
    }

    /** The same, with certificates signed by these authorities. */
    public ConversionWebhook trusting(String pem) {
        return new ConversionWebhook(at, pem);
    }

    /** The definition's {@code spec.conversion}. */
    JsonObject tree() {
        var client = new JsonObject();
        if (at instanceof AtService service) {
            var tree = new JsonObject();
            tree.addProperty("namespace", service.namespace());
            tree.addProperty("name", service.name());
            tree.addProperty("path", service.path());
            tree.addProperty("port", service.port());
            client.add("service", tree);
        } else if (at instanceof AtUrl url) {
            client.addProperty("url", url.url());
        }
        if (!authorities.isEmpty()) {
            client.addProperty(
                    "caBundle", Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.UTF_8)));
        }
        var webhook = new JsonObject();
        webhook.add("clientConfig", client);
        webhook.add("conversionReviewVersions", Json.array(List.of("v1")));
        var tree = new JsonObject();
        tree.addProperty("strategy", "Webhook");
        tree.add("webhook", webhook);
        return tree;
    }
}
