package io.operatorlib.testing.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What seeds came to that all ended well.
 *
 * @param workload its name
 * @param seeds how many were played
 * @param times how often each fault and each edit came
 * @param table what kinds of effects the operator came to while what was done to it, for people
 * @param missing the faults and kinds of effects that never met in these seeds, though they could
 * @param shortest virtual time of the seed that took least
 * @param simulated virtual time of all together
 * @param realTime from beginning to end
 */
public record ChaosReport(
        String workload,
        int seeds,
        Map<String, Integer> times,
        String table,
        List<String> missing,
        Duration shortest,
        Duration simulated,
        Duration realTime) {
    public ChaosReport {
        times = Map.copyOf(times);
        missing = List.copyOf(missing);
    }

    /** Seeds, simulated hours, seconds. */
    public String line() {
        double seconds = Math.max(1, realTime.toMillis()) / 1e3;
        double hours = simulated.toSeconds() / 3600.0;
        return String.format(
                "%-34s %5d seeds, 0 failures, each at least %d simulated minutes; %.1f simulated hours in %.1f s"
                        + " (%.1f hours a second on %d cores); %s",
                workload,
                seeds,
                shortest.toMinutes(),
                hours,
                seconds,
                hours / seconds,
                Runtime.getRuntime().availableProcessors(),
                new TreeMap<>(times));
    }
}
