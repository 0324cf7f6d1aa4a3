package io.operatorlib.testing.chaos;

import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of one run.
 *
 * @param failure what was wrong, with everything that is known; empty where all was well
 * @param events what happened last
 * @param simulated how much virtual time it took
 * @param met what effects came while what was done
 */
record Verdict(Optional<String> failure, List<String> events, Duration simulated, Encounters met) {
    /** The seed of the second run without faults: what the two disagree on is chance. */
    static final long ANOTHER = 0x5eedL;

    /** Plays a schedule and asks every oracle. */
    static <W> Verdict of(Workload<W> workload, long seed, Schedule schedule, @Nullable Consumer<String> sink) {
        var trial = new Trial<>(workload);
        String failure = null;
        var met = new Encounters();
        var sim = sink == null ? Sim.seeded(seed) : Sim.logged(seed, sink);
        try {
            var end = trial.play(sim, schedule, met);
            if (!trial.destroys(schedule)) {
                var differences = end.differences(
                        faultFree(trial, seed, schedule.only(workload.editNames())),
                        faultFree(trial, seed ^ ANOTHER, schedule.only(workload.editNames())));
                failure = differences.isEmpty()
                        ? null
                        : "another end than without faults: " + String.join("; ", differences);
            }
        } catch (RuntimeException | AssertionError e) {
            failure = message(e);
        }
        var verdict = new Verdict(Optional.ofNullable(failure), sim.lastEvents(), sim.elapsed(), met);
        try {
            sim.close();
            return verdict;
        } catch (AssertionError e) {
            return new Verdict(
                    verdict.failure().or(() -> Optional.of(message(e))), verdict.events(), sim.elapsed(), met);
        }
    }

    private static String message(Throwable e) {
        var cause = e.getCause() == null ? "" : "\ncause: " + e.getCause();
        return (e instanceof AssertionError ? String.valueOf(e.getMessage()) : e.toString()) + cause;
    }

    private static <W> EndState faultFree(Trial<W> trial, long seed, Schedule edits) {
        try (var sim = Sim.seeded(seed)) {
            return trial.play(sim, edits, new Encounters());
        }
    }

    /**
     * The first line of what was wrong, without its numbers and without the list of what was seen of it: the same fault of
     * an operator has the same one.
     */
    String oracle() {
        return failure.map(text -> text.lines()
                        .findFirst()
                        .orElse("")
                        .replaceFirst(": \\[.*", "")
                        .replaceAll("[0-9a-f-]*\\d[0-9a-f-]*", "#"))
                .orElse("");
    }
}
