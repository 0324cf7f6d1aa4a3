package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;

/** Serves a subresource that somebody else than the API server knows, for example a pod's {@code log}. */
@FunctionalInterface
public interface Subresource {
    /**
     * Serves one request, after authorization. Called without any lock; the reply's body may be a stream that goes on.
     *
     * @param object the object whose subresource it is, as it is stored: not to be changed
     */
    ApiResponse serve(Caller caller, ApiRequest request, JsonObject object);
}
