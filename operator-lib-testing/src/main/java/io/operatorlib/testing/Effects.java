package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The effects of one operator over all its incarnations, numbered in their order, and the harm done around one. */
final class Effects {
    private final Kernel kernel;
    private final List<CrashPoint> points;
    private final List<String> tried;
    private final List<String> done;
    private final List<Harming> harmings;
    private final List<Consumer<String>> observers;
    private final Predicate<ApiRequest> counts;
    private int before;
    private Duration restart = Duration.ZERO;

    Effects(Kernel kernel, List<CrashPoint> points) {
        this(
                kernel,
                points,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                request -> request.method().mutating());
    }

    private Effects(
            Kernel kernel,
            List<CrashPoint> points,
            List<String> tried,
            List<String> done,
            List<Harming> harmings,
            List<Consumer<String>> observers,
            Predicate<ApiRequest> counts) {
        this.kernel = kernel;
        this.points = points;
        this.tried = tried;
        this.done = done;
        this.harmings = harmings;
        this.observers = observers;
        this.counts = counts;
    }

    /** Those of one more program of the same operator, numbered among these. */
    Effects among(Predicate<ApiRequest> countedToo) {
        return new Effects(kernel, points, tried, done, harmings, observers, counts.and(countedToo));
    }

    /** Harm that is done around some of the effects to come. */
    private static final class Harming {
        private final IntSupplier passedOver;
        private final Supplier<CrashPoint.Moment> moment;
        private int next;

        Harming(IntSupplier passedOver, Supplier<CrashPoint.Moment> moment) {
            this.passedOver = passedOver;
            this.moment = moment;
        }

        void after(int effect) {
            next = effect + 1 + passedOver.getAsInt();
        }
    }

    /** Does harm around some of the effects to come, until what is given ends that. */
    Runnable harm(IntSupplier passedOver, Supplier<CrashPoint.Moment> moment) {
        var harming = new Harming(passedOver, moment);
        harming.after(done.size());
        harmings.add(harming);
        return () -> harmings.remove(harming);
    }

    private Optional<CrashPoint> here() {
        for (var harming : harmings) {
            if (harming.next <= done.size()) {
                harming.after(done.size());
                return Optional.of(CrashPoint.of(done.size(), harming.moment.get()));
            }
        }
        return points.stream().filter(point -> point.effect() == done.size()).findFirst();
    }

    /** Whether a request is an effect. */
    boolean counts(ApiRequest request) {
        return counts.test(request);
    }

    /** Notes what the operator has come to the door with, whatever becomes of it on its way. */
    void tries(String what) {
        tried.add(what);
    }

    /** What the operator came to the door with so far, in order. */
    List<String> tried() {
        return Collections.unmodifiableList(tried);
    }

    /** What came through so far, in order. */
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
        return restart;
    }

    /** Performs one effect of that incarnation, or crashes the incarnation around it. */
    <R> R perform(Incarnation who, String what, Supplier<R> effect, Supplier<? extends RuntimeException> noReply) {
        done.add(what);
        kernel.log("effect " + done.size() + ": " + what, 0);
        var here = here();
        if (here.isEmpty()) {
            try {
                return effect.get();
            } finally {
                kernel.changed();
            }
        }
        var moment = here.get().moment();
        if (moment != CrashPoint.Moment.BEFORE) {
            attempt(effect);
        }
        if (moment == CrashPoint.Moment.REPLY_LOST) {
            kernel.log("reply lost", 0);
            throw noReply.get();
        }
        restart = here.get().restart();
        who.crash();
        throw new Crashed(who.name());
    }

    /** Performs one effect on something that is no API server. */
    <R> R act(Incarnation who, String what, Supplier<R> effect, Supplier<? extends RuntimeException> noReply) {
        Supplier<R> observed = () -> {
            R result = effect.get();
            observers.forEach(observer -> observer.accept(what));
            return result;
        };
        return perform(who, what, observed, noReply);
    }

    /** Tells of each act that has taken place, in the turn of the one whose it is. */
    void observeActs(Consumer<String> observer) {
        observers.add(observer);
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
