package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to Kubernetes of one {@link Incarnation}: others have their turn before every request. */
final class SimKubeApi implements KubeApi {
    /** How often a watch that is frozen looks whether it still is. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Kernel kernel;
    private final Incarnation incarnation;
    private final Supplier<KubeApi> server;
    private final Effects effects;
    private final Optional<Sights> sights;
    private final Network network;

    /** @param sights counts what watches tell; empty for a program whose events nobody hides */
    SimKubeApi(
            Kernel kernel,
            Incarnation incarnation,
            Supplier<KubeApi> server,
            Effects effects,
            Optional<Sights> sights,
            Network network) {
        this.kernel = kernel;
        this.incarnation = incarnation;
        this.server = server;
        this.effects = effects;
        this.sights = sights;
        this.network = network;
    }

    @Override
    public ApiResponse send(ApiRequest request) {
        kernel.enter(incarnation);
        long end = kernel.deadlineIn(request.deadline());
        boolean effect = effects.counts(request);
        if (effect) {
            effects.tries(request.toString());
        }
        kernel.pass();
        var refused = network.pass(incarnation, request, end);
        if (refused.isPresent()) {
            return logged(request, refused.get());
        }
        if (request.tooLate(kernel.nanos())) {
            throw new NoReplyException("too late to be sent");
        }
        var response = effect
                ? effects.perform(
                        incarnation,
                        request.toString(),
                        () -> logged(request, server.get().send(request)),
                        () -> new NoReplyException("the reply was lost"))
                : logged(request, read(request));
        if (request.method().mutating()) {
            kernel.changed();
        }
        if (network.loses(request)) {
            throw new NoReplyException("the reply was lost");
        }
        network.reply(incarnation, end);
        return network.instead(request).map(late -> logged(request, late)).orElse(response);
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
        var old = network.oldRevision();
        var watch = old.isPresent() && OldReads.allowed(request)
                ? new OldReads(server.get(), old.getAsLong())
                        .watch(request)
                        .orElseGet(() -> server.get().watch(request))
                : server.get().watch(request);
        boolean behind = old.isPresent() && (OldReads.allowed(request) || OldReads.goesOn(request, old.getAsLong()));
        return new SimWatch(
                sights.<ApiWatch>map(counted -> new SeenWatch(kernel, incarnation, counted, watch))
                        .orElse(watch),
                behind);
    }

    private ApiResponse read(ApiRequest request) {
        var old = network.oldRevision();
        if (old.isPresent() && OldReads.allowed(request)) {
            kernel.log("old view at " + old.getAsLong() + " for " + request, 0);
            return new OldReads(server.get(), old.getAsLong())
                    .send(request)
                    .orElseGet(() -> server.get().send(request));
        }
        return server.get().send(request);
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

    private final class SimWatch extends ForwardingWatch {
        private final boolean behind;
        private @Nullable Next held;
        private @Nullable Next keptFrom;
        private boolean skipped;

        /** @param behind whether it is at a server that lags, and tells nothing new until that has caught up */
        SimWatch(ApiWatch watch, boolean behind) {
            super(watch);
            this.behind = behind;
        }

        @Override
        public Next next(Duration atMost) throws InterruptedException {
            kernel.enter(incarnation);
            long end = kernel.deadlineIn(atMost);
            var next = take(end);
            while (silent(next)) {
                if (next instanceof Line line && keptFrom != next) {
                    keptFrom = next;
                    note(SeenWatch.HIDDEN, line);
                }
                held = next instanceof Idle ? null : next;
                skipped |= network.skipsEvents();
                long left = end - kernel.nanos();
                if (left <= 0) {
                    return new Idle();
                }
                incarnation.scheduler().sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
                next = take(end);
            }
            if (skipped) {
                skipped = false;
                if (next instanceof Line line) {
                    note(SeenWatch.DROPPED, line);
                }
                held = new Ended();
                watch.close();
                return SeenWatch.FORGOTTEN;
            }
            if (network.watchesEnd()) {
                kernel.pass();
                watch.close();
                return new Ended();
            }
            var lag = network.lag();
            if (!lag.isZero()) {
                incarnation.scheduler().sleep(lag);
            }
            kernel.enter(incarnation);
            if (next instanceof Line line) {
                if (keptFrom == next) {
                    note(SeenWatch.TOLD_LATE, line);
                }
                kernel.log("event", EventLog.digest(line.json()));
            }
            return next;
        }

        private void note(String what, Line line) {
            WatchEvent.of(line).ifPresent(event -> kernel.log(what + event, 0));
        }

        /** What comes next, where it does not come too late: what was kept back, or else what the server says. */
        private Next take(long end) throws InterruptedException {
            var kept = held;
            if (kept != null) {
                held = kept instanceof Ended ? kept : null;
                return kept;
            }
            if (silent(new Idle()) || network.watchesEnd()) {
                return new Idle();
            }
            return watch.next(Duration.ofNanos(Math.max(0, end - kernel.nanos())));
        }

        private boolean silent(Next next) {
            if (network.watchesAreFrozen()) {
                return true;
            }
            return behind && next instanceof Line line && network.oldRevision().isPresent() && isNewer(line);
        }

        private boolean isNewer(Line line) {
            var revision = WatchEvent.of(line).map(WatchEvent::revision).orElse(OptionalLong.empty());
            return revision.isEmpty()
                    || revision.getAsLong() > network.oldRevision().orElse(Long.MAX_VALUE);
        }
    }
}
