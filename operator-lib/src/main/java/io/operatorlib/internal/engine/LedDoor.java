package io.operatorlib.internal.engine;

import io.operatorlib.leader.Leadership;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The engine's door to Kubernetes: reads pass at any time, effects only while the process leads. Before it leads for
 * the first time it does not.
 */
final class LedDoor implements KubeApi, Fence {
    private final KubeApi door;
    private volatile @Nullable Leadership leadership;
    private volatile @Nullable KubeApi fenced;

    LedDoor(KubeApi door) {
        this.door = door;
    }

    void lead(Leadership gained) {
        fenced = gained.fence(door);
        leadership = gained;
    }

    /** Tells whether a leadership was ever given. */
    boolean isLed() {
        return leadership != null;
    }

    @Override
    public Duration remaining() {
        Leadership present = leadership;
        return present == null ? Duration.ZERO : present.remaining();
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        KubeApi led = fenced;
        if (led == null) {
            if (request.method().mutating()) {
                throw new LeadershipLostException("this process does not lead yet: " + request + " was not sent");
            }
            return door.send(request);
        }
        return led.send(request);
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        return door.watch(request);
    }
}
