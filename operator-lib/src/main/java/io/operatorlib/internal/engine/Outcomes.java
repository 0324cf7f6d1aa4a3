package io.operatorlib.internal.engine;

import io.operatorlib.Outcome;
import io.operatorlib.ResourceKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of the last plan of each resource. One entry for each live resource that was tried. */
final class Outcomes {
    private final Map<ResourceKey, Outcome> last = new HashMap<>();
    private final Map<String, Integer> failing = new HashMap<>(); // by reason

    synchronized Outcome of(ResourceKey key) {
        return last.getOrDefault(key, new Outcome.None());
    }

    /** How many fail for that reason. */
    synchronized int failing(String reason) {
        return failing.getOrDefault(reason, 0);
    }

    synchronized Outcome done(ResourceKey key) {
        var outcome = new Outcome.Done();
        put(key, outcome);
        return outcome;
    }

    /** Counts a failure: the same step with the same reason continues the one before, another begins anew. */
    synchronized Outcome.Failed failed(ResourceKey key, Failure failure, Instant now) {
        Instant since = now;
        int times = 1;
        if (last.get(key) instanceof Outcome.Failed before
                && before.step().equals(failure.step())
                && before.reason().equals(failure.reason())) {
            since = before.since();
            times = Math.min(before.times(), Integer.MAX_VALUE - 1) + 1;
        }
        var outcome = new Outcome.Failed(failure.step(), failure.reason(), failure.message(), since, times);
        put(key, outcome);
        return outcome;
    }

    synchronized void forget(ResourceKey key) {
        count(last.remove(key), -1);
    }

    private void put(ResourceKey key, Outcome outcome) {
        count(last.put(key, outcome), -1);
        count(outcome, 1);
    }

    private void count(@Nullable Outcome outcome, int difference) {
        if (outcome instanceof Outcome.Failed failed) {
            failing.merge(failed.reason(), difference, Integer::sum);
            failing.remove(failed.reason(), 0);
        }
    }
}
