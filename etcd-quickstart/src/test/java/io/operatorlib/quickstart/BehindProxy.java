package io.operatorlib.quickstart;

import io.operatorlib.testing.apiproxy.ApiProxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How an operator that is installed by a manifest reaches the API server through a proxy: by a mounted kubeconfig. */
final class BehindProxy {
    /** Where the operator finds it. */
    static final String KUBECONFIG = "/etc/through-proxy/kubeconfig";

    private static final String CONTAINERS = "      containers:\n";
    private static final String ENVIRONMENT = "          env:\n";

    private BehindProxy() {}

    /** The Secret with the kubeconfig, in its namespace. */
    static String secret(String namespace, ApiProxy proxy) {
        return """
                {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: through-proxy, namespace: %1$s}, data: {kubeconfig: %2$s}}
                """.formatted(
                namespace,
                Base64.getEncoder().encodeToString(proxy.kubeconfigOfPod().getBytes(StandardCharsets.UTF_8)));
    }

    /** The manifest, with the Secret mounted and named in the operator's environment. */
    static String mounted(String manifest) {
        if (!manifest.contains(CONTAINERS) || !manifest.contains(ENVIRONMENT)) {
            throw new IllegalArgumentException("the manifest has no container with an environment");
        }
        return manifest.replace(
                        CONTAINERS,
                        "      volumes: [{name: through-proxy, secret: {secretName: through-proxy}}]\n" + CONTAINERS)
                .replace(
                        ENVIRONMENT,
                        "          volumeMounts: [{name: through-proxy, mountPath: /etc/through-proxy}]\n" + ENVIRONMENT
                                + "            - {name: KUBECONFIG, value: " + KUBECONFIG + "}\n");
    }
}
