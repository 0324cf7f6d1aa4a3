package io.operatorlib.testing.cluster.process;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.apiserver.PodConnections;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Connects clients to the pods of a {@link ProcessRuntime}. */
public final class PodProcesses implements PodConnections {
    /** Pods are at loopback addresses: who does not answer at once is not there. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private final ProcessRuntime runtime;

    public PodProcesses(ProcessRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Process exec(JsonObject pod, String container, List<String> command, boolean terminal) throws IOException {
        return runtime.exec(Json.uid(pod), container, command, terminal);
    }

    @Override
    public Socket connect(JsonObject pod, int port) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(Json.text(pod, "status", "podIP"), port), (int) LONGEST_CONNECT.toMillis());
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
