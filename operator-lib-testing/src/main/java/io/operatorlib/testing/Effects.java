package io.operatorlib.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The effects of one operator over all its incarnations, numbered in their order, and the harm done around one. */
final class Effects {
    private final Kernel kernel;
    private final Optional<CrashPoint> point;
    private final List<String> done = new ArrayList<>();
    private int before;

    Effects(Kernel kernel, Optional<CrashPoint> point) {
        this.kernel = kernel;
        this.point = point;
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
