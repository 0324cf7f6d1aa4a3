package io.operatorlib.internal.leader;

import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.leader.LeaderElection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process can know of the pod that it runs in. */
public final class Pod {
    private static final Path NAMESPACE = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

    private Pod() {}

    /**
     * An election in the pod's namespace ({@code POD_NAMESPACE}, else the service account's, else {@code default}) under
     * the pod's name ({@code POD_NAME}, else {@code HOSTNAME}, which is the same unless the pod says otherwise), where
     * the settings do not say. Only the first of these two is believed to be nobody else's.
     */
    public static LeaderElection fill(LeaderElection election) {
        LeaderElection here = election.namespace().isEmpty() ? election.in(namespace()) : election;
        if (!here.identity().isEmpty()) {
            return here;
        }
        String told = System.getenv().getOrDefault("POD_NAME", "");
        return told.isBlank() ? here.as(System.getenv().getOrDefault("HOSTNAME", election.name())) : here.asPod(told);
    }

    /**
     * A webhook in the pod's namespace, where the settings do not say.
     *
     * @throws IllegalStateException if it is to be behind a Service, and this process is in no pod that one could lead to
     */
    public static ConversionServer fill(ConversionServer conversion) {
        if (conversion.url().isEmpty() && System.getenv("KUBERNETES_SERVICE_HOST") == null) {
            throw new IllegalStateException("no Service leads to a process outside of the cluster, and the API server"
                    + " could not have versions converted: use ConversionServer.at with a URL that leads here instead of"
                    + " behindService(\"" + conversion.service() + "\")");
        }
        return conversion.namespace().isEmpty() ? conversion.in(namespace()) : conversion;
    }

    /** The pod's namespace: as {@link #fill} finds it. */
    public static String namespace() {
        String told = System.getenv().getOrDefault("POD_NAMESPACE", "");
        if (!told.isBlank()) {
            return told;
        }
        try {
            return Files.isRegularFile(NAMESPACE)
                    ? Files.readString(NAMESPACE, StandardCharsets.UTF_8).trim()
                    : "default";
        } catch (IOException e) {
            return "default";
        }
    }
}
