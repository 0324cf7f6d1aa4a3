package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.util.List;

/** Serves connections to pods: whoever runs them. */
public interface PodConnections {
    /**
     * Begins a command in a running container. Who asked for it ends it by destroying the process.
     *
     * @param pod as it is stored: not to be changed
     * @param terminal whether it gets a terminal of its own, so that all it writes is on its standard output
     * @throws IOException saying, for people, why it cannot be begun
     */
    Process exec(JsonObject pod, String container, List<String> command, boolean terminal) throws IOException;

    /**
     * Connects to a port of a running pod.
     *
     * @throws IOException saying, for people, why it cannot be reached
     */
    Socket connect(JsonObject pod, int port) throws IOException;
}
