package io.operatorlib.internal.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;

/** Counts the requests that pass a door, under client-go's name and with its labels. */
final class MeteredDoor implements KubeApi {
    /** Which address it is, the door knows; dashboards only want to find the label. */
    private static final String HOST = "kubernetes";

    /** What client-go writes where no reply came. */
    private static final String NO_REPLY = "<error>";

    private final KubeApi door;
    private final MeterRegistry meters;

    MeteredDoor(KubeApi door, MeterRegistry meters) {
        this.door = door;
        this.meters = meters;
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        String code = NO_REPLY;
        try {
            ApiResponse response = door.send(request);
            code = String.valueOf(response.status());
            return response;
        } finally {
            count(request, code);
        }
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        String code = NO_REPLY;
        try {
            ApiWatch watch = door.watch(request);
            code = String.valueOf(watch.status());
            return watch;
        } finally {
            count(request, code);
        }
    }

    private void count(ApiRequest request, String code) {
        meters.counter(
                        "rest.client.requests",
                        "code",
                        code,
                        "method",
                        request.method().name(),
                        "host",
                        HOST)
                .increment();
    }
}
