package io.operatorlib.testing.traps;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;

/** A door that throws once what a rival has in store for it. */
record Stumbling(KubeApi door, Rival.Ours rival) implements KubeApi {
    @Override
    public ApiResponse send(ApiRequest request) {
        RuntimeException next = rival.next;
        if (next != null && request.method().mutating()) {
            rival.next = null;
            throw next;
        }
        return door.send(request);
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        return door.watch(request);
    }
}
