package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiResponse;

/** The API server's answer to who wants to be connected to a pod. */
public sealed interface Connection {
    /**
     * It is allowed.
     *
     * @param pod as it is stored: not to be changed
     */
    record Allowed(JsonObject pod, PodConnections pods) implements Connection {}

    /** It is not. */
    record Refused(ApiResponse reply) implements Connection {}
}
