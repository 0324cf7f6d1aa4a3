package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The effects of one operator over all its incarnations, numbered in their order, and the harm done around one. */
final class Effects {
    private final Kernel kernel;
    private final Optional<CrashPoint> point;
    private final List<String> done;
    private final Predicate<ApiRequest> counts;
    private int before;

    Effects(Kernel kernel, Optional<CrashPoint> point) {
        this(kernel, point, new ArrayList<>(), request -> request.method().mutating());
    }

    private Effects(Kernel kernel, Optional<CrashPoint> point, List<String> done, Predicate<ApiRequest> counts) {
        this.kernel = kernel;
        this.point = point;
        this.done = done;
        this.counts = counts;
    }

    /** Those of one more program of the same operator, numbered among these. */
    Effects among(Predicate<ApiRequest> countedToo) {
        return new Effects(kernel, point, done, counts.and(countedToo));
    }

    /** Whether a request is an effect. */
    boolean counts(ApiRequest request) {
        return counts.test(request);
    }

    /** What was tried so far, in order. */
    List<String> done() {
        return List.copyOf(done);
    }

    /** Leaves the effects so far out of the enumeration of crash points. */
    void beginHere() {
        before = done.size();
    }

    /** How many effects were left out. */
    int before() {
        return before;
    }

    int count() {
        return done.size();
    }

    /** How long after a crash the operator starts again. */
    Duration restart() {
        return point.map(CrashPoint::restart).orElse(Duration.ZERO);
    }

    /** Performs one effect of that incarnation, or crashes the incarnation around it. */
    <R> R perform(Incarnation who, String what, Supplier<R> effect, Supplier<? extends RuntimeException> noReply) {
        done.add(what);
        kernel.log("effect " + done.size() + ": " + what, 0);
        var moment = point.filter(here -> here.effect() == done.size()).map(CrashPoint::moment);
        if (moment.isEmpty()) {
            try {
                return effect.get();
            } finally {
                kernel.changed();
            }
        }
        if (moment.get() != CrashPoint.Moment.BEFORE) {
            attempt(effect);
        }
        if (moment.get() == CrashPoint.Moment.REPLY_LOST) {
            kernel.log("reply lost", 0);
            throw noReply.get();
        }
        who.crash();
        throw new Crashed(who.name());
    }

    private void attempt(Supplier<?> effect) {
        try {
            var unused = effect.get();
        } catch (RuntimeException refused) {
            kernel.log("refused: " + refused.getMessage(), 0);
        }
        kernel.changed();
    }
}
