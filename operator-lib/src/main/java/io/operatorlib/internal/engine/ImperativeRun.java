package io.operatorlib.internal.engine;

import io.operatorlib.Meta;
import io.operatorlib.spi.Scheduler;
import java.util.List;
import java.util.Optional;

/** One call of a reconciler that observes and acts by itself. */
final class ImperativeRun {
    private ImperativeRun() {}

    /**
     * Calls it.
     *
     * @param seen the resource as it is known before the call; empty where it is not there
     */
    static KeyReconciler.Result of(Imperative<?, ?> reconciler, Optional<Meta> seen, Turn turn, Scheduler scheduler)
            throws InterruptedException {
        turn.doing(KeyReconciler.PLAN);
        Imperative.Answer answer;
        try {
            answer = reconciler.run(turn.key());
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted in a reconciler");
            }
            scheduler.caught("the reconciler of " + turn.key(), e);
            return KeyReconciler.Result.of(new Verdict.Failed(Failure.of(turn.doing(), e)));
        }
        return new KeyReconciler.Result(verdict(answer, seen), seen, List.of(), List.of());
    }

    private static Verdict verdict(Imperative.Answer answer, Optional<Meta> seen) {
        if (answer instanceof Imperative.Answer.Again) {
            return new Verdict.OutOfDate("it asked to be called again");
        }
        if (answer instanceof Imperative.Answer.Later later) {
            return new Verdict.Done(Optional.of(later.time()));
        }
        return seen.isEmpty() ? new Verdict.Gone() : new Verdict.Done(Optional.empty());
    }
}
