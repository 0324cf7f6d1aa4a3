package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's environment and command line, as Kubernetes builds them: {@code envFrom} first, then {@code env} in
 * its order, each of which may refer to those before it by {@code $(NAME)}.
 */
record Environment(Pod pod, Fields fields, KubeletApi api) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^()]*)\\)");
    private static final String CONFIG_ERROR = "CreateContainerConfigError";

    /**
     * Builds the variables.
     *
     * @throws ContainerException if a Secret, a ConfigMap or a key that is not optional is not there
     */
    Map<String, String> variables(JsonObject container) {
        var variables = new LinkedHashMap<>(fields.apiVariables());
        for (JsonObject source : Json.objects(container, "envFrom")) {
            String prefix = Json.text(source, "prefix");
            boolean secret = source.has("secretRef");
            content(secret, Json.object(source, secret ? "secretRef" : "configMapRef"))
                    .forEach((name, value) -> variables.put(prefix + name, KubeletApi.text(value)));
        }
        for (JsonObject entry : Json.objects(container, "env")) {
            value(entry, container, variables).ifPresent(value -> variables.put(Json.text(entry, "name"), value));
        }
        return variables;
    }

    private Optional<String> value(JsonObject entry, JsonObject container, Map<String, String> variables) {
        JsonObject from = Json.object(entry, "valueFrom");
        if (from.isEmpty()) {
            return Optional.of(expanded(Json.text(entry, "value"), variables));
        }
        if (from.has("fieldRef")) {
            return Optional.of(fields.field(Json.text(from, "fieldRef", "fieldPath")));
        }
        if (from.has("resourceFieldRef")) {
            return Optional.of(fields.resource(container, Json.object(from, "resourceFieldRef")));
        }
        boolean secret = from.has("secretKeyRef");
        JsonObject reference = Json.object(from, secret ? "secretKeyRef" : "configMapKeyRef");
        String key = Json.text(reference, "key");
        String value = content(secret, reference).get(key);
        if (value == null && !Json.flag(reference, "optional")) {
            throw new ContainerException(
                    CONFIG_ERROR,
                    "couldn't find key " + key + " in " + pod.namespace() + "/" + Json.text(reference, "name"));
        }
        return Optional.ofNullable(value).map(KubeletApi::text);
    }

    private Map<String, String> content(boolean secret, JsonObject reference) {
        KindRef kind = secret ? KubeletApi.SECRETS : KubeletApi.CONFIG_MAPS;
        String name = Json.text(reference, "name");
        var content = api.content(kind, pod.namespace(), name);
        if (content.isEmpty() && !Json.flag(reference, "optional")) {
            throw new ContainerException(CONFIG_ERROR, kind.plural() + " \"" + name + "\" not found");
        }
        return content.orElse(Map.of());
    }

    /**
     * The command line: the container's own, or what the image has for what it leaves out.
     *
     * @throws ContainerException if there is none
     */
    static List<String> command(JsonObject container, ContainerRuntime.Image image, Map<String, String> variables) {
        List<String> command = texts(container, "command", variables);
        List<String> arguments = texts(container, "args", variables);
        var line = new ArrayList<>(command.isEmpty() ? image.entrypoint() : command);
        line.addAll(arguments.isEmpty() && command.isEmpty() ? image.arguments() : arguments);
        if (line.isEmpty()) {
            throw new ContainerException("CreateContainerError", "neither the container nor its image has a command");
        }
        return line;
    }

    private static List<String> texts(JsonObject container, String name, Map<String, String> variables) {
        return Json.list(container, name).stream()
                .map(JsonElement::getAsString)
                .map(text -> expanded(text, variables))
                .toList();
    }

    /** Replaces {@code $(NAME)} by the variable; a reference to none stays as it is, and {@code $$} is one dollar. */
    static String expanded(String text, Map<String, String> variables) {
        return REFERENCE.matcher(text).replaceAll(match -> {
            String name = match.group(1);
            String replacement = name == null ? "$" : variables.getOrDefault(name, match.group());
            return Matcher.quoteReplacement(replacement);
        });
    }
}
