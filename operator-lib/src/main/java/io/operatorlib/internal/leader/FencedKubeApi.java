package io.operatorlib.internal.leader;

import io.operatorlib.leader.Leadership;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A door that lets effects pass only while a leadership is valid.
 *
 * <p><b>Guarantees.</b> No request that may change something is given on once nothing remains of the leadership. One
 * that is carries three deadlines: the reply is waited for no longer than the leadership lasts; the transport begins
 * nothing after its end; the server gives up what it has not done by then ({@code ?timeout=}).
 *
 * <p><b>Limits.</b> What has left the process cannot be called back: a packet that the network holds for longer than the
 * Lease's margin may arrive after the next leader has begun.
 */
public final class FencedKubeApi implements KubeApi {
    /** With less than this left a request could hardly be answered, and the server takes no shorter time. */
    private static final Duration LEAST = Duration.ofMillis(1);

    private final KubeApi door;
    private final Leadership leadership;

    public FencedKubeApi(KubeApi door, Leadership leadership) {
        this.door = door;
        this.leadership = leadership;
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        return door.send(request.method().mutating() ? fenced(request) : request);
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        return door.watch(request);
    }

    private ApiRequest fenced(ApiRequest request) {
        OptionalLong until = leadership.validUntil();
        if (until.isEmpty()) {
            return request;
        }
        Duration left = leadership.remaining();
        if (left.compareTo(LEAST) < 0) {
            throw new LeadershipLostException(
                    leadership.holder() + " does not lead any more: " + request + " was not sent");
        }
        Duration deadline = left.compareTo(request.deadline()) < 0 ? left : request.deadline();
        return request.within(deadline)
                .with("timeout", deadline.toMillis() + "ms")
                .notAfter(until.getAsLong());
    }
}
