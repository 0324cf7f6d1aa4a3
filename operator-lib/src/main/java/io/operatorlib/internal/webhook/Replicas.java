package io.operatorlib.internal.webhook;

import com.google.gson.JsonObject;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.internal.http.WebhookClient;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The webhooks of all pods behind the Service, of whatever release. Each is asked what it converts by a review like the
 * API server's, so that a release that knows nothing of this answers, too. What a pod has said it is not asked again.
 */
final class Replicas {
    private static final KindRef SLICES =
            new KindRef("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);

    /** Who does not convert one object in this time has no answer now, and is not asked again before the next look. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final KubeClient client;
    private final ConversionServer settings;
    private final WebhookClient webhooks = new WebhookClient(TIMEOUT);

    /** By pod, and by question. */
    private final Map<Pod, Map<String, Boolean>> told = new HashMap<>();

    private List<Pod> pods = List.of();
    private final Set<Pod> silent = new HashSet<>();

    Replicas(KubeApi kube, ConversionServer settings) {
        this.client = new KubeClient(kube);
        this.settings = settings;
    }

    /** What all of them say together. */
    enum Answer {
        /** Each converts it. */
        ALL,
        /** One at least does not. */
        NOT_ALL,
        /** Each that answers does, and one does not answer. */
        SOME_SILENT
    }

    private record Pod(String uid, String address) {}

    /** Looks who is behind the Service now; at a URL there is nobody but this process. */
    void look() {
        if (settings.service().isEmpty()) {
            return;
        }
        var found = new ArrayList<Pod>();
        var query = ListQuery.all(SLICES)
                .in(settings.namespace())
                .labelled("kubernetes.io/service-name=" + settings.service());
        client.list(query, slice -> {
            for (JsonObject endpoint : Json.objects(slice, "endpoints")) {
                Json.list(endpoint, "addresses")
                        .forEach(address -> Json.objects(slice, "ports")
                                .forEach(port -> found.add(new Pod(
                                        Json.text(endpoint, "targetRef", "uid"),
                                        host(address.getAsString()) + ":" + Json.number(443, port, "port")))));
            }
        });
        pods = List.copyOf(found);
        told.keySet().retainAll(new HashSet<>(pods));
        silent.clear();
    }

    /** As it stands in a URL. */
    private static String host(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    /**
     * Asks whether all convert a kind's objects.
     *
     * @param kind at the version that they have
     * @param apiVersion the one that they are to have
     * @param authorities who vouches for the webhooks, in PEM
     */
    Answer convert(KindRef kind, String apiVersion, String authorities) {
        Answer all = Answer.ALL;
        for (Pod pod : pods) {
            Optional<Boolean> can = ask(pod, kind, apiVersion, authorities);
            if (can.isEmpty()) {
                all = all == Answer.ALL ? Answer.SOME_SILENT : all;
            } else if (!can.get()) {
                all = Answer.NOT_ALL;
            }
        }
        return all;
    }

    private Optional<Boolean> ask(Pod pod, KindRef kind, String apiVersion, String authorities) {
        Map<String, Boolean> known = told.computeIfAbsent(pod, fresh -> new HashMap<>());
        String question = kind + " " + apiVersion;
        if (!known.containsKey(question)) {
            if (silent.contains(pod)) {
                return Optional.empty();
            }
            try {
                String answer = webhooks.post(
                        "https://" + pod.address() + ConversionServer.PATH,
                        settings.service() + "." + settings.namespace() + ".svc",
                        authorities,
                        review(kind, apiVersion));
                String status = Json.text(Json.parse(answer), "response", "result", "status");
                known.put(question, status.equals("Success"));
            } catch (IOException | CodecException e) {
                silent.add(pod);
                return Optional.empty();
            }
        }
        return Optional.ofNullable(known.get(question));
    }

    private static String review(KindRef kind, String apiVersion) {
        return Json.parse("""
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "ConversionReview", "request": {
                  "uid": "conversion-probe", "desiredAPIVersion": "%s", "objects": [
                    {"apiVersion": "%s", "kind": "%s", "metadata": {"name": "conversion-probe"}}]}}
                """.formatted(apiVersion, kind.apiVersion(), kind.kind()))
                .toString();
    }
}
