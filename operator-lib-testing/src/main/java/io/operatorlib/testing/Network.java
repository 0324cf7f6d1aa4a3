package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The way between one program and the API server, and the faults that lie in it. */
final class Network {
    private final Kernel kernel;
    private final Optional<Network> shared;
    private final List<ApiFault> own = new ArrayList<>();

    Network(Kernel kernel) {
        this(kernel, Optional.empty());
    }

    /** The way of one program of several that have a part of the way in common. */
    Network(Kernel kernel, Network shared) {
        this(kernel, Optional.of(shared));
    }

    private Network(Kernel kernel, Optional<Network> shared) {
        this.kernel = kernel;
        this.shared = shared;
    }

    private List<ApiFault> faults() {
        if (shared.isEmpty()) {
            return own;
        }
        var all = new ArrayList<>(shared.get().own);
        all.addAll(own);
        return all;
    }

    void add(ApiFault fault) {
        kernel.log("fault begins: " + fault, 0);
        own.add(fault);
    }

    void remove(ApiFault fault) {
        if (own.remove(fault)) {
            kernel.log("fault ends: " + fault, 0);
        }
    }

    /**
     * Lets a request pass, keeps it waiting, refuses it, or loses it.
     *
     * @param end when its deadline is over
     */
    Optional<ApiResponse> pass(Incarnation who, ApiRequest request, long end) {
        for (var fault : List.copyOf(faults())) {
            if (fault instanceof ApiFault.Delay delay) {
                pauseOrLose(who, delay.time(), end);
            } else if (fault instanceof ApiFault.Refuse refuse && refuse.which().test(request)) {
                return Optional.of(refuse.response());
            } else if (fault instanceof ApiFault.Partition) {
                pauseOrLose(who, ApiFault.Partition.NOTICED_AFTER, end);
                throw new KubeApi.NoReplyException("no route to the API server");
            } else if (fault instanceof ApiFault.Down) {
                throw new KubeApi.NoReplyException("connection refused");
            }
        }
        return Optional.empty();
    }

    /** Keeps a reply waiting, or loses it. */
    void reply(Incarnation who, long end) {
        for (var fault : List.copyOf(faults())) {
            if (fault instanceof ApiFault.SlowReplies slow) {
                pauseOrLose(who, slow.time(), end);
            } else if (fault instanceof ApiFault.Partition) {
                pauseOrLose(who, ApiFault.Partition.NOTICED_AFTER, end);
                throw new KubeApi.NoReplyException("the reply was lost");
            } else if (fault instanceof ApiFault.Down) {
                throw new KubeApi.NoReplyException("the connection was closed");
            }
        }
    }

    private void pauseOrLose(Incarnation who, Duration time, long end) {
        Duration left = Duration.ofNanos(Math.max(0, end - kernel.nanos()));
        if (left.compareTo(time) < 0) {
            pause(who, left);
            throw new KubeApi.NoReplyException("no reply in time");
        }
        pause(who, time);
    }

    boolean watchesEnd() {
        return faults().stream()
                .anyMatch(fault -> fault instanceof ApiFault.CutWatches
                        || fault instanceof ApiFault.Partition
                        || fault instanceof ApiFault.Down);
    }

    /** What is answered to a request that the server has carried out, instead of what it has answered. */
    Optional<ApiResponse> instead(ApiRequest request) {
        return faults().stream()
                .filter(fault -> fault instanceof ApiFault.GatewayTimeouts late
                        && late.which().test(request))
                .findFirst()
                .map(fault -> ApiFault.GatewayTimeouts.response());
    }

    /** Tells whether the reply to a request that the server has answered is lost. */
    boolean loses(ApiRequest request) {
        return faults().stream()
                .anyMatch(fault -> fault instanceof ApiFault.LoseReplies lose
                        && lose.which().test(request));
    }

    boolean watchesAreFrozen() {
        return skipsEvents() || faults().stream().anyMatch(fault -> fault instanceof ApiFault.FreezeWatches);
    }

    /** Tells whether what happens now is never told by the watches that are open. */
    boolean skipsEvents() {
        return faults().stream().anyMatch(fault -> fault instanceof ApiFault.SkipEvents);
    }

    /** Where an API server is that lags; empty where it does not. */
    OptionalLong oldRevision() {
        return faults().stream()
                .filter(fault -> fault instanceof ApiFault.OldView)
                .mapToLong(fault -> ((ApiFault.OldView) fault).revision())
                .min();
    }

    /** How much later what comes through a watch comes. */
    Duration lag() {
        return faults().stream()
                .map(fault -> fault instanceof ApiFault.LagWatches lag ? lag.time() : Duration.ZERO)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static void pause(Incarnation who, Duration time) {
        try {
            who.scheduler().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubeApi.NoReplyException("interrupted while waiting for a reply", e);
        }
    }
}
