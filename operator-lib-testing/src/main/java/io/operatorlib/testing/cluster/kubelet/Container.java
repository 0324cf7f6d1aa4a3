package io.operatorlib.testing.cluster.kubelet;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container to be started.
 *
 * @param id what the runtime knows it by; another one for every restart
 * @param podUid the {@link Sandbox} that it runs in
 * @param name its name in the pod
 * @param attempt how often it was started before
 * @param image the image's name, as the pod gives it
 * @param command the program and its arguments
 * @param environment in the order given
 * @param workingDir empty for the image's
 * @param user what it runs as
 * @param readOnlyRoot whether it may write to its volumes only
 */
public record Container(
        String id,
        String podUid,
        String name,
        int attempt,
        String image,
        List<String> command,
        Map<String, String> environment,
        String workingDir,
        List<Mount> mounts,
        User user,
        boolean readOnlyRoot) {
    public Container {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        mounts = List.copyOf(mounts);
    }

    /**
     * Where a volume is seen.
     *
     * @param subPath the part of the volume that is seen; empty for all of it
     */
    public record Mount(String volume, String path, String subPath, boolean readOnly) {}

    /** User and group IDs; empty for the image's own. Volumes are open to every user. */
    public record User(Optional<Long> uid, Optional<Long> gid) {}
}
