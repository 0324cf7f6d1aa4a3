package io.operatorlib.testing.chaos;

import io.operatorlib.testing.Sim;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * What runs without faults come to, in which a user makes some edits one after the other and waits for each. Played once
 * for each list of edits; what several runs do not agree upon is chance.
 */
final class FaultFree<W> {
    /** Two may agree by chance where a third does not: a name out of few, an order of two. */
    private static final int RUNS = 3;

    private final Workload<W> workload;
    private final Map<List<String>, List<EndState>> ends = new ConcurrentHashMap<>();

    FaultFree(Workload<W> workload) {
        this.workload = workload;
    }

    /**
     * The ends of those runs. Safe for use by many threads.
     *
     * @throws AssertionError if one does not end well, for then nothing can be compared with it
     */
    List<EndState> after(List<String> edits) {
        return ends.computeIfAbsent(
                List.copyOf(edits),
                wanted -> LongStream.rangeClosed(1, RUNS)
                        .mapToObj(seed -> played(seed, wanted))
                        .toList());
    }

    private EndState played(long seed, List<String> edits) {
        try (var sim = Sim.seeded(seed)) {
            return new Trial<>(workload).playEdits(sim, edits);
        } catch (AssertionError e) {
            throw new AssertionError("without any fault, seed " + seed + ", " + edits + ": " + e.getMessage(), e);
        }
    }
}
