package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules for a container of a pod. */
final class ContainerRules {
    private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final Set<String> FIELDS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private final Checks checks;
    private final JsonObject container;
    private final Path path;

    private ContainerRules(Checks checks, JsonObject container, Path path) {
        this.checks = checks;
        this.container = container;
        this.path = path;
    }

    static void check(Checks checks, JsonObject container, Path path, Set<String> volumes, boolean hostNetwork) {
        var rules = new ContainerRules(checks, container, path);
        rules.names();
        rules.ports(hostNetwork);
        rules.variables();
        rules.mounts(volumes);
        rules.probe("livenessProbe", true);
        rules.probe("readinessProbe", false);
        rules.probe("startupProbe", true);
        rules.lifecycle();
        rules.resources();
        rules.privileges();
    }

    private void names() {
        if (checks.present(container, "name", path)) {
            String name = Json.text(container, "name");
            checks.invalid(path.child("name"), name, Names.label(name));
        }
        String image = Json.text(container, "image");
        if (image.isEmpty()) {
            checks.required(path.child("image"), "");
        } else if (!image.strip().equals(image)) {
            checks.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
        }
        checks.supported(container, "terminationMessagePolicy", path, List.of("File", "FallbackToLogsOnError"));
        checks.supported(container, "imagePullPolicy", path, List.of("Always", "IfNotPresent", "Never"));
    }

    private void ports(boolean hostNetwork) {
        Set<String> names = checks.seen();
        List<JsonObject> ports = Json.objects(container, "ports");
        for (int i = 0; i < ports.size(); i++) {
            JsonObject port = ports.get(i);
            Path at = path.child("ports").index(i);
            String name = Json.text(port, "name");
            if (!name.isEmpty()) {
                checks.invalid(at.child("name"), name, Names.port(name));
                checks.unlike(names, name, at.child("name"));
            }
            if (Json.integer(port, "containerPort", 0) == 0) {
                checks.required(at.child("containerPort"), "");
            } else {
                checks.port(port.get("containerPort"), at.child("containerPort"));
            }
            long hostPort = Json.integer(port, "hostPort", 0);
            if (hostPort != 0) {
                checks.port(port.get("hostPort"), at.child("hostPort"));
                if (hostNetwork && hostPort != Json.integer(port, "containerPort", 0)) {
                    checks.invalid(
                            at.child("hostPort"),
                            port.get("hostPort"),
                            "must match `containerPort` when `hostNetwork` is true");
                }
            }
            checks.supported(port, "protocol", at, List.of("SCTP", "TCP", "UDP"));
        }
    }

    private void variables() {
        List<JsonObject> variables = Json.objects(container, "env");
        for (int i = 0; i < variables.size(); i++) {
            Path at = path.child("env").index(i);
            if (checks.present(variables.get(i), "name", at)) {
                String name = Json.text(variables.get(i), "name");
                checks.invalid(at.child("name"), name, Names.variable(name));
            }
            if (variables.get(i).get("valueFrom") instanceof JsonObject source) {
                source(variables.get(i), source, at.child("valueFrom"));
            }
        }
        for (JsonObject source : Json.objects(container, "envFrom")) {
            if (!source.has("configMapRef") && !source.has("secretRef")) {
                checks.invalid(path.child("envFrom"), "", "must specify one of: `configMapRef` or `secretRef`");
            }
        }
    }

    private void source(JsonObject variable, JsonObject source, Path at) {
        if (source.get("fieldRef") instanceof JsonObject reference) {
            field(reference, at.child("fieldRef"));
        }
        for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.get(kind) instanceof JsonObject reference && checks.present(reference, "key", at.child(kind))) {
                String key = Json.text(reference, "key");
                checks.invalid(at.child(kind, "key"), key, Names.key(key));
            }
        }
        if (source.isEmpty()) {
            checks.invalid(
                    at, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!Json.text(variable, "value").isEmpty()) {
            checks.invalid(at, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            checks.invalid(at, "", "may not have more than one field specified at a time");
        }
    }

    private void field(JsonObject reference, Path at) {
        if (!checks.present(reference, "fieldPath", at)) {
            return;
        }
        String field = Json.text(reference, "fieldPath");
        boolean entry = field.matches("metadata\\.(labels|annotations)\\['.+'\\]");
        if (!FIELDS.contains(field) && !entry) {
            checks.invalid(
                    at.child("fieldPath"), field, "error converting fieldPath: field label not supported: " + field);
        }
    }

    private void mounts(Set<String> volumes) {
        Set<String> paths = checks.seen();
        List<JsonObject> mounts = Json.objects(container, "volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            JsonObject mount = mounts.get(i);
            Path at = path.child("volumeMounts").index(i);
            String name = Json.text(mount, "name");
            if (checks.present(mount, "name", at) && !volumes.contains(name)) {
                checks.add(Cause.notFound(at.child("name").toString(), new JsonPrimitive(name)));
            }
            String mountPath = Json.text(mount, "mountPath");
            if (mountPath.isEmpty()) {
                checks.required(at.child("mountPath"), "");
            } else if (!paths.add(mountPath)) {
                checks.invalid(at.child("mountPath"), mountPath, "must be unique");
            }
            subPath(Json.text(mount, "subPath"));
        }
    }

    private void subPath(String subPath) {
        Path at = path.child("volumeMounts", "subPath");
        if (subPath.startsWith("/")) {
            checks.invalid(at, subPath, "must be a relative path");
        }
        if (List.of(subPath.split("/")).contains("..")) {
            checks.invalid(at, subPath, "must not contain '..'");
        }
    }

    private void probe(String name, boolean once) {
        if (!(container.get(name) instanceof JsonObject probe)) {
            return;
        }
        Path at = path.child(name);
        handler(probe, at);
        for (String field : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            checks.nonNegative(probe, field, at);
        }
        if (once && Json.integer(probe, "successThreshold", 1) != 1) {
            checks.invalid(at.child("successThreshold"), probe.get("successThreshold"), "must be 1");
        }
    }

    private void handler(JsonObject holder, Path at) {
        List<String> handlers = new ArrayList<>(HANDLERS);
        handlers.retainAll(holder.keySet());
        if (handlers.isEmpty()) {
            checks.required(at, "must specify a handler type");
            return;
        }
        handlers.stream()
                .skip(1)
                .forEach(handler -> checks.forbidden(at.child(handler), "may not specify more than 1 handler type"));
        String handler = handlers.get(0);
        JsonObject action = Json.object(holder, handler);
        Path place = at.child(handler);
        switch (handler) {
            case "exec" -> {
                if (Json.array(action, "command").isEmpty()) {
                    checks.required(place.child("command"), "");
                }
            }
            case "httpGet" -> {
                checks.present(action, "path", place);
                checks.portOrName(action.get("port"), place.child("port"));
                checks.supported(action, "scheme", place, List.of("HTTP", "HTTPS"));
            }
            case "grpc" -> checks.port(action.get("port"), place.child("port"));
            default -> checks.portOrName(action.get("port"), place.child("port"));
        }
    }

    private void lifecycle() {
        for (String hook : List.of("postStart", "preStop")) {
            JsonObject lifecycle = Json.object(container, "lifecycle");
            if (lifecycle.get(hook) instanceof JsonObject handler && !handler.has("sleep")) {
                handler(handler, path.child("lifecycle", hook));
            }
        }
    }

    private void resources() {
        JsonObject limits = Json.object(container, "resources", "limits");
        JsonObject requests = Json.object(container, "resources", "requests");
        Path at = path.child("resources");
        limits.asMap()
                .forEach((name, amount) ->
                        resource(name, amount, at.child("limits").key(name)));
        requests.asMap().forEach((name, amount) -> {
            resource(name, amount, at.child("requests").key(name));
            JsonElement limit = limits.get(name);
            if (limit != null && amount(amount).compareTo(amount(limit)) > 0) {
                checks.invalid(
                        at.child("requests"),
                        amount,
                        "must be less than or equal to " + name + " limit of " + limit.getAsString());
            }
        });
    }

    private static CelQuantity amount(JsonElement quantity) {
        return Quantities.parse(quantity.getAsString())
                .map(parsed -> new CelQuantity(parsed.value()))
                .orElse(CelQuantity.of(0));
    }

    private void resource(String name, JsonElement amount, Path at) {
        if (!name.contains("/") && !RESOURCES.contains(name) && !name.startsWith("hugepages-")) {
            checks.invalid(at, name, "must be a standard resource type or fully qualified");
            checks.invalid(at, name, "must be a standard resource for containers");
        }
        if (amount(amount).value().signum() < 0) {
            checks.invalid(at, amount, "must be greater than or equal to 0");
        }
    }

    private void privileges() {
        JsonObject context = Json.object(container, "securityContext");
        JsonElement escalation = context.get("allowPrivilegeEscalation");
        if (escalation != null && !escalation.getAsBoolean() && Json.flag(context, "privileged")) {
            checks.add(Cause.invalidAs(
                    path.child("securityContext").toString(),
                    GoStructs.securityContext(context),
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
        }
    }
}
