package io.operatorlib.testing.cluster.process;

import io.operatorlib.testing.cluster.kubelet.Container;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A container that has been started: the process that waits outside for its namespaces, and the one inside.
 *
 * @param outside its end is the container's end
 * @param sandbox the folder of its root
 */
record ContainerProcess(Container container, Process outside, Path sandbox, ContainerLog log, Instant startedAt) {

    Running running() {
        return new Running(container.id(), container.podUid(), container.name(), container.attempt(), startedAt);
    }

    /** Tells whether the container's program runs, and no longer the script that makes its root. */
    boolean begun() {
        return Files.exists(SetupScript.begun(sandbox));
    }

    /** The container's process 1. */
    Optional<ProcessHandle> inside() {
        return outside.toHandle().children().findFirst();
    }

    void terminate() {
        if (begun()) {
            inside().ifPresent(ProcessHandle::destroy);
        } else {
            kill(); // a shell that is process 1 does not hear a SIGTERM, and nothing of the container's own runs yet
        }
    }

    /** The kernel ends all of a PID namespace with its process 1. */
    void kill() {
        inside().ifPresentOrElse(ProcessHandle::destroyForcibly, outside::destroyForcibly);
    }
}
