package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.Quantity;
import io.operatorlib.internal.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pod may ask about itself, as {@code fieldRef} and {@code resourceFieldRef} do.
 *
 * @param address the pod's address, known before its status is written
 */
record Fields(Pod pod, String address, KubeletSettings settings) {
    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['(.*)']");

    /**
     * The field at a path.
     *
     * @throws ContainerException if a pod has no such field
     */
    String field(String path) {
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return Json.text(pod.json(), "metadata", entry.group(1), entry.group(2));
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels", "metadata.annotations" -> lines(path.substring("metadata.".length()));
            case "spec.nodeName" -> settings.node();
            case "spec.serviceAccountName" -> pod.serviceAccount();
            case "status.hostIP", "status.hostIPs" -> settings.nodeAddress();
            case "status.podIP", "status.podIPs" -> address;
            default ->
                throw new ContainerException(
                        "CreateContainerConfigError", "a pod has no field " + path + " to refer to");
        };
    }

    private String lines(String map) {
        return Json.object(pod.json(), "metadata", map).entrySet().stream()
                .map(e -> e.getKey() + "=\"" + e.getValue().getAsString().replace("\"", "\\\"") + "\"")
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /**
     * A container's own resource, in the units of the divisor, rounded up; 0 where it has none.
     *
     * @throws ContainerException if the resource is not a container's
     */
    String resource(JsonObject container, JsonObject reference) {
        String[] path = Json.text(reference, "resource").split("\\.", 2);
        if (path.length != 2 || !(path[0].equals("limits") || path[0].equals("requests"))) {
            throw new ContainerException(
                    "CreateContainerConfigError",
                    "a container has no resource " + Json.text(reference, "resource") + " to refer to");
        }
        BigDecimal amount = quantity(Json.at(container, "resources", path[0], path[1]), BigDecimal.ZERO);
        BigDecimal divisor = quantity(Json.at(reference, "divisor"), BigDecimal.ONE);
        BigDecimal unit = divisor.signum() == 0 ? BigDecimal.ONE : divisor;
        return amount.divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }

    private static BigDecimal quantity(@Nullable JsonElement text, BigDecimal otherwise) {
        return text == null
                ? otherwise
                : Quantity.fromString(text.getAsString()).getNumber();
    }

    /** The variables by which every process finds the API server. */
    Map<String, String> apiVariables() {
        return settings.api()
                .map(api -> settings.routes().toApi(pod.key(), api))
                .map(api -> Map.of(
                        "KUBERNETES_SERVICE_HOST", api.host(), "KUBERNETES_SERVICE_PORT", String.valueOf(api.port())))
                .orElse(Map.of());
    }
}
