package io.operatorlib.testing;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of a scenario under each harm that was tried.
 *
 * @param scenario its name
 * @param what the moments are, in the plural
 * @param moments of the fault-free run at which harm can be done, in order
 * @param ways in how many ways it is done at each
 * @param runs with a harm
 * @param failures one for each run that did not end well
 * @param steps of all runs together
 * @param virtualTime of all runs together
 * @param realTime from beginning to end
 */
public record HarmTable(
        String scenario,
        long seed,
        String what,
        List<String> moments,
        int ways,
        int runs,
        List<Failure> failures,
        long steps,
        Duration virtualTime,
        Duration realTime) {

    public HarmTable {
        moments = List.copyOf(moments);
        failures = List.copyOf(failures);
    }

    /**
     * A run that did not end well.
     *
     * @param moment the one at which the operator was harmed
     * @param message what was wrong, with the last events
     */
    public record Failure(HarmPoint point, String moment, String message) {}

    /** One line: {@code effects × 3 = runs, failures, seconds}. */
    public String line() {
        return String.format(
                "%-34s seed %-4d %4d %s × %d = %5d runs%s, %d failures, %6.1f s (%,d steps, %.1f virtual hours)",
                scenario,
                seed,
                moments.size(),
                what,
                ways,
                runs,
                runs == ways * moments.size() ? "" : " (a part of them)",
                failures.size(),
                realTime.toNanos() / 1e9,
                steps,
                virtualTime.toSeconds() / 3600.0);
    }

    /** A line for each story, and one for all together; they differ in nothing but their scenario and seed. */
    public static String report(List<HarmTable> tables) {
        if (tables.isEmpty()) {
            return "";
        }
        String all = String.format(
                "%-34s           %4d %s × %d = %5d runs, %d failures, %6.1f s",
                "all stories",
                tables.stream().mapToInt(table -> table.moments().size()).sum(),
                tables.get(0).what(),
                tables.get(0).ways(),
                tables.stream().mapToInt(HarmTable::runs).sum(),
                tables.stream().mapToInt(table -> table.failures().size()).sum(),
                tables.stream().mapToLong(table -> table.realTime().toMillis()).sum() / 1e3);
        return tables.stream().map(table -> table.line() + "\n").collect(Collectors.joining()) + all;
    }

    /**
     * Throws if a run failed; says how to run the first failures again.
     *
     * @throws SimulationFailure with the first failures
     */
    public HarmTable orThrow() {
        if (!failures.isEmpty()) {
            var first = failures.stream()
                    .limit(3)
                    .map(failure -> "at " + failure.point() + " (" + failure.moment() + "): " + failure.message()
                            + "\n  replay: -D" + HarmRuns.REPLAY + "='" + scenario + "/" + seed + "/"
                            + failure.point() + "'")
                    .collect(Collectors.joining("\n\n"));
            throw new SimulationFailure(line() + "\n" + first, null);
        }
        return this;
    }
}
