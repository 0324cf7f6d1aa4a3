package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the cluster's DNS would say, as lines of hosts files: a pure function of pods and Services.
 *
 * <p>A pod with a hostname under a headless Service that selects it has its own name there, from its first sight
 * where the Service publishes addresses that are not ready, else while the pod is ready. A headless Service's own name
 * stands for all of these pods. Another Service's name stands for the first of its ready pods: there is no address that
 * balances between them.
 *
 * @param addresses a pod's address; empty while it has none
 */
record Names(Collection<Pod> pods, Collection<JsonObject> services, Function<Pod, String> addresses) {
    private static final String CLUSTER = "cluster.local";

    /** The lines of a pod's hosts file. */
    List<HostEntry> of(Pod pod) {
        var entries = new ArrayList<HostEntry>();
        entries.add(new HostEntry("127.0.0.1", List.of("localhost")));
        entries.add(new HostEntry(addresses.apply(pod), ownNames(pod)));
        for (JsonObject service : services) {
            entries.addAll(entries(service, pod.namespace()));
        }
        return entries;
    }

    private static List<String> ownNames(Pod pod) {
        return pod.subdomain().isEmpty()
                ? List.of(pod.hostname())
                : List.of(
                        pod.hostname() + "." + pod.subdomain() + "." + pod.namespace() + ".svc." + CLUSTER,
                        pod.hostname());
    }

    private List<HostEntry> entries(JsonObject service, String fromNamespace) {
        String namespace = Json.key(service).namespace();
        String name = Json.key(service).name();
        boolean headless = Json.text(service, "spec", "clusterIP").equals("None");
        boolean unready = Json.flag(service, "spec", "publishNotReadyAddresses");
        List<Pod> backends = pods.stream()
                .filter(pod -> pod.namespace().equals(namespace) && selects(service, pod))
                .filter(pod -> !addresses.apply(pod).isEmpty() && !pod.terminal())
                .filter(pod -> unready || (pod.ready() && !pod.deleting()))
                .toList();
        var entries = new ArrayList<HostEntry>();
        backends.stream()
                .limit(headless ? Long.MAX_VALUE : 1)
                .map(pod -> new HostEntry(addresses.apply(pod), names(name, namespace, fromNamespace)))
                .forEach(entries::add);
        if (headless) {
            backends.stream()
                    .filter(pod -> pod.subdomain().equals(name))
                    .map(pod -> new HostEntry(
                            addresses.apply(pod), names(pod.hostname() + "." + name, namespace, fromNamespace)))
                    .forEach(entries::add);
        }
        return entries;
    }

    private static List<String> names(String name, String namespace, String fromNamespace) {
        String full = name + "." + namespace;
        Stream<String> all = Stream.of(full + ".svc." + CLUSTER, full + ".svc", full);
        return (namespace.equals(fromNamespace) ? Stream.concat(all, Stream.of(name)) : all).toList();
    }

    private static boolean selects(JsonObject service, Pod pod) {
        JsonObject selector = Json.object(service, "spec", "selector");
        return !selector.isEmpty()
                && selector.entrySet().stream()
                        .allMatch(label -> Json.text(pod.json(), "metadata", "labels", label.getKey())
                                .equals(label.getValue().getAsString()));
    }
}
