package io.operatorlib.testing.leader;

import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** An API server outside of the operator's processes, and its log of who wrote what when. */
interface Site extends AutoCloseable {
    /**
     * A write that landed.
     *
     * @param by the pod
     * @param resource the plural
     */
    record Landed(String by, String resource, Instant at) {}

    String name();

    int port();

    /** Somebody who may do everything. */
    KubeApi admin();

    /** What a pod of that name needs to reach this server through that port. */
    String kubeconfig(String pod, int throughPort);

    /** All writes of pods so far that landed, in their order. */
    List<Landed> landed();

    @Override
    void close() throws IOException;
}
