package io.operatorlib.testing.chaos;

import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimulationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of one run.
 *
 * @param failure what was wrong; empty where all was well
 * @param events what happened last
 * @param simulated how much virtual time it took
 * @param met what effects came while what was done
 */
record Verdict(Optional<Failure> failure, List<String> events, Duration simulated, Encounters met) {
    static final String NOTHING_ESCAPES = "no exception escapes a reconcile";
    static final String SAME_END = "the end is as without faults";
    static final String SAME_NUMBER = "no more is made than without faults";

    /**
     * What was wrong.
     *
     * @param oracle what should have been, in a few words: the same fault of an operator has the same one
     * @param object that on which it shows; empty where it shows on none
     * @param message everything that is known
     */
    record Failure(String oracle, String object, String message) {
        static Failure of(Throwable e, String object) {
            var cause = e.getCause() == null ? "" : "\ncause: " + e.getCause();
            var message = (e instanceof AssertionError ? String.valueOf(e.getMessage()) : e.toString()) + cause;
            var oracle = e instanceof SimulationFailure failure
                    ? failure.oracle()
                    : e instanceof AssertionError
                            ? message.lines().findFirst().orElse("").replaceFirst(": .*", "")
                            : "no exception escapes";
            return new Failure(oracle, object, message);
        }

        static Failure of(String oracle, List<String> differences) {
            return new Failure(oracle, differences.get(0), String.join("\n", differences));
        }
    }

    /** Plays a schedule and asks every oracle. */
    static <W> Verdict of(
            Workload<W> workload,
            FaultFree<W> faultFree,
            long seed,
            Schedule schedule,
            @Nullable Consumer<String> sink) {
        var trial = new Trial<>(workload);
        var edits = schedule.only(workload.editNames()).steps().stream()
                .map(Schedule.Step::name)
                .toList();
        Optional<Failure> failure;
        var met = new Encounters();
        var sim = sink == null ? Sim.seeded(seed) : Sim.logged(seed, sink);
        try {
            var end = trial.play(sim, schedule, met);
            failure = trial.destroys(schedule) ? Optional.empty() : compared(end, faultFree.after(edits));
        } catch (RuntimeException | AssertionError e) {
            failure = Optional.of(Failure.of(e, trial.showsOn(faultFree, edits)));
        }
        var events = sim.lastEvents();
        try {
            sim.close();
        } catch (AssertionError e) {
            failure = failure.or(() -> Optional.of(Failure.of(e, "")));
        }
        return new Verdict(failure, events, sim.elapsed(), met);
    }

    private static Optional<Failure> compared(EndState end, List<EndState> faultFree) {
        var differences = end.differences(faultFree);
        if (!differences.isEmpty()) {
            return Optional.of(Failure.of(SAME_END, differences));
        }
        var tooMany = end.madeTooMany(faultFree);
        return tooMany.isEmpty() ? Optional.empty() : Optional.of(Failure.of(SAME_NUMBER, tooMany));
    }

    /** What should have been and was not; empty where all was well. */
    String oracle() {
        return failure.map(Failure::oracle).orElse("");
    }
}
