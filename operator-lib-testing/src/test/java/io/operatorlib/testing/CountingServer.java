package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;

/** A server that only counts: what the simulation's own tests talk to. */
final class CountingServer implements KubeApi {
    static final ApiRequest POST =
            ApiRequest.of(ApiRequest.Method.POST, "/api/v1/things").withBody("application/json", "{}");

    int requests;

    @Override
    public ApiResponse send(ApiRequest request) {
        requests++;
        return ApiResponse.of(200, "{\"count\":" + requests + "}");
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        throw new UnsupportedOperationException("nothing to watch here");
    }
}
