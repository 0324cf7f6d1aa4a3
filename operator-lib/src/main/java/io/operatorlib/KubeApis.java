package io.operatorlib;

import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.spi.KubeApi;
import java.nio.file.Path;

/** Where a {@link KubeApi} that leads to a real cluster comes from. */
public final class KubeApis {
    private KubeApis() {}

    /**
     * The cluster that kubectl would talk to from here: that of {@code KUBECONFIG} (of its first file where it names
     * several), else of {@code ~/.kube/config}, else that of the pod's service account, whose token is read anew each
     * minute.
     *
     * @throws IllegalStateException if there is none of them, or what is there cannot be used
     */
    public static KubeApi fromEnvironment() {
        return ClientJavaKubeApi.fromEnvironment();
    }

    /**
     * The cluster of a kubeconfig file's current context.
     *
     * @throws IllegalStateException if the file is not there or cannot be used
     */
    public static KubeApi fromKubeconfig(Path file) {
        return ClientJavaKubeApi.fromKubeconfig(file);
    }
}
