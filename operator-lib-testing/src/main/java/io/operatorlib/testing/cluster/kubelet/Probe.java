package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/** One probe of one running container: when it is due next, and what its results so far amount to. */
final class Probe {
    private static final int PERIOD_SECONDS = 10; // Kubernetes' defaults, where the API server has set none
    private static final int FAILURES = 3;

    private final JsonObject spec;
    private final Duration period;
    private long dueNanos;
    private boolean inFlight;
    private int successes;
    private int failures;
    private boolean holds;

    enum Type {
        STARTUP,
        LIVENESS,
        READINESS;

        /** The name of its field in a container. */
        String field() {
            return word() + "Probe";
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Begins.
     *
     * @param holds what is believed before the first results
     */
    Probe(JsonObject spec, boolean holds, long startedNanos) {
        this.spec = spec;
        this.holds = holds;
        this.period = Duration.ofSeconds(Math.max(1, Json.number(PERIOD_SECONDS, spec, "periodSeconds")));
        this.dueNanos = startedNanos
                + Duration.ofSeconds(Json.number(0, spec, "initialDelaySeconds"))
                        .toNanos();
    }

    boolean due(long nowNanos) {
        return !inFlight && dueNanos - nowNanos <= 0;
    }

    /** When it is due; meaningless while it runs. */
    long dueNanos() {
        return dueNanos;
    }

    boolean inFlight() {
        return inFlight;
    }

    void begun(long nowNanos) {
        inFlight = true;
        dueNanos = nowNanos + period.toNanos();
    }

    void ended(boolean success) {
        inFlight = false;
        successes = success ? successes + 1 : 0;
        failures = success ? 0 : failures + 1;
        if (successes >= Math.max(1, Json.number(1, spec, "successThreshold"))) {
            holds = true;
        } else if (failures >= Math.max(1, Json.number(FAILURES, spec, "failureThreshold"))) {
            holds = false;
        }
    }

    boolean holds() {
        return holds;
    }

    /** Tells whether it has failed so often that it counts. */
    boolean failed() {
        return !holds && failures > 0 && failures >= Math.max(1, Json.number(FAILURES, spec, "failureThreshold"));
    }

    Duration timeout() {
        return Duration.ofSeconds(Math.max(1, Json.number(1, spec, "timeoutSeconds")));
    }

    /**
     * What to do, with ports and hosts resolved.
     *
     * @throws ContainerException if it is of a type that is not supported, or names a port that is not there
     */
    ProbeAction action(JsonObject container, String podAddress) {
        if (spec.has("exec")) {
            return new ProbeAction.Exec(texts(Json.list(spec, "exec", "command")));
        }
        if (spec.has("httpGet")) {
            JsonObject get = Json.object(spec, "httpGet");
            var headers = new HashMap<String, String>();
            Json.objects(get, "httpHeaders").forEach(h -> headers.put(Json.text(h, "name"), Json.text(h, "value")));
            String scheme = Json.text(get, "scheme").toLowerCase(Locale.ROOT);
            String path = Json.text(get, "path");
            return new ProbeAction.Http(
                    scheme.isEmpty() ? "http" : scheme,
                    host(get, podAddress),
                    port(get, container),
                    path.startsWith("/") ? path : "/" + path,
                    headers);
        }
        if (spec.has("tcpSocket")) {
            JsonObject socket = Json.object(spec, "tcpSocket");
            return new ProbeAction.Tcp(host(socket, podAddress), port(socket, container));
        }
        throw new ContainerException("ProbeError", "the local cluster has exec, httpGet and tcpSocket probes only");
    }

    private static String host(JsonObject action, String podAddress) {
        String own = Json.text(action, "host");
        return own.isEmpty() ? podAddress : own;
    }

    private static int port(JsonObject action, JsonObject container) {
        String port = Json.text(action, "port");
        if (port.matches("\\d{1,5}")) {
            return Integer.parseInt(port);
        }
        return Json.objects(container, "ports").stream()
                .filter(p -> Json.text(p, "name").equals(port))
                .map(p -> (int) Json.number(0, p, "containerPort"))
                .findFirst()
                .orElseThrow(() -> new ContainerException("ProbeError", "the container has no port named " + port));
    }

    private static List<String> texts(List<JsonElement> list) {
        return list.stream().map(JsonElement::getAsString).toList();
    }
}
