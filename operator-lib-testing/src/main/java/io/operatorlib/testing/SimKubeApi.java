package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** The door to Kubernetes of one {@link Incarnation}: others have their turn before every request. */
final class SimKubeApi implements KubeApi {
    /** How often a watch that is frozen looks whether it still is. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Kernel kernel;
    private final Incarnation incarnation;
    private final Supplier<KubeApi> server;
    private final Effects effects;
    private final Network network;

    SimKubeApi(Kernel kernel, Incarnation incarnation, Supplier<KubeApi> server, Effects effects, Network network) {
        this.kernel = kernel;
        this.incarnation = incarnation;
        this.server = server;
        this.effects = effects;
        this.network = network;
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        kernel.enter(incarnation);
        long end = kernel.deadlineIn(request.deadline());
        kernel.pass();
        var refused = network.pass(incarnation, request, end);
        if (refused.isPresent()) {
            return logged(request, refused.get());
        }
        if (request.tooLate(kernel.nanos())) {
            throw new NoReplyException("too late to be sent");
        }
        var response = request.method().mutating()
                ? effects.perform(
                        incarnation,
                        request.toString(),
                        () -> logged(request, server.get().send(request)),
                        () -> new NoReplyException("the reply was lost"))
                : logged(request, server.get().send(request));
        if (network.loses(request)) {
            throw new NoReplyException("the reply was lost");
        }
        network.reply(incarnation, end);
        return response;
    }

    @Override
    public ApiWatch watch(ApiRequest request) {
        kernel.enter(incarnation);
        kernel.pass();
        var refused = network.pass(incarnation, request, kernel.deadlineIn(request.deadline()));
        if (refused.isPresent()) {
            return new Refused(
                    refused.get().status(), logged(request, refused.get()).text());
        }
        kernel.log("watch " + request, 0);
        return new SimWatch(server.get().watch(request));
    }

    private ApiResponse logged(ApiRequest request, ApiResponse response) {
        var text = response.text();
        kernel.log(response.status() + " " + request, EventLog.digest(text));
        return new ApiResponse(
                response.status(), response.headers(), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A watch that a fault refused. */
    private record Refused(int status, String refusal) implements ApiWatch {
        @Override
        public Next next(Duration atMost) {
            return new Ended();
        }

        @Override
        public void close() {}
    }

    private final class SimWatch implements ApiWatch {
        private final ApiWatch watch;

        SimWatch(ApiWatch watch) {
            this.watch = watch;
        }

        @Override
        public int status() {
            return watch.status();
        }

        @Override
        public String refusal() {
            return watch.refusal();
        }

        @Override
        public Next next(Duration atMost) throws InterruptedException {
            kernel.enter(incarnation);
            for (var left = atMost; network.watchesAreFrozen(); left = left.minus(LOOK_AGAIN)) {
                if (left.compareTo(LOOK_AGAIN) < 0) {
                    return new Idle();
                }
                incarnation.scheduler().sleep(LOOK_AGAIN);
            }
            if (network.watchesEnd()) {
                kernel.pass();
                watch.close();
                return new Ended();
            }
            var next = watch.next(atMost);
            var lag = network.lag();
            if (!lag.isZero()) {
                incarnation.scheduler().sleep(lag);
            }
            kernel.enter(incarnation);
            if (next instanceof Line line) {
                kernel.log("event", EventLog.digest(line.json()));
            }
            return next;
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
