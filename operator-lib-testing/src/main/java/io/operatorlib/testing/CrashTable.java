package io.operatorlib.testing;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of a scenario under a crash at each of its effects.
 *
 * @param scenario its name
 * @param effects in the fault-free run, in order; each is harmed in three ways
 * @param runs with a crash point
 * @param failures one for each run that did not end well
 * @param steps of all runs together
 * @param virtualTime of all runs together
 * @param realTime from beginning to end
 */
public record CrashTable(
        String scenario,
        long seed,
        List<String> effects,
        int runs,
        List<Failure> failures,
        long steps,
        Duration virtualTime,
        Duration realTime) {

    public CrashTable {
        effects = List.copyOf(effects);
        failures = List.copyOf(failures);
    }

    /**
     * A run that did not end well.
     *
     * @param effect the effect around which the operator was harmed
     * @param message what was wrong, with the last events
     */
    public record Failure(CrashPoint point, String effect, String message) {}

    /** One line: {@code effects × 3 = runs, failures, seconds}. */
    public String line() {
        return String.format(
                "%-34s seed %-4d %4d effects × 3 = %5d runs%s, %d failures, %6.1f s (%,d steps, %.1f virtual hours)",
                scenario,
                seed,
                effects.size(),
                runs,
                runs == 3 * effects.size() ? "" : " (a part of them)",
                failures.size(),
                realTime.toNanos() / 1e9,
                steps,
                virtualTime.toSeconds() / 3600.0);
    }

    /**
     * Throws if a run failed; says how to run the first failures again.
     *
     * @throws SimulationFailure with the first failures
     */
    public CrashTable orThrow() {
        if (!failures.isEmpty()) {
            var first = failures.stream()
                    .limit(3)
                    .map(failure -> "at " + failure.point() + " (" + failure.effect() + "): " + failure.message()
                            + "\n  replay: -D" + CrashPoints.REPLAY + "='" + scenario + "/" + seed + "/"
                            + failure.point() + "'")
                    .collect(Collectors.joining("\n\n"));
            throw new SimulationFailure(line() + "\n" + first, null);
        }
        return this;
    }
}
