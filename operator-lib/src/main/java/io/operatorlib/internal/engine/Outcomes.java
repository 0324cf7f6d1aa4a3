package io.operatorlib.internal.engine;

import io.operatorlib.Outcome;
import io.operatorlib.ResourceKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What became of the last plan of each resource. One entry for each live resource that was tried. */
final class Outcomes {
    private final Map<ResourceKey, Outcome> last = new HashMap<>();

    synchronized Outcome of(ResourceKey key) {
        return last.getOrDefault(key, new Outcome.None());
    }

    synchronized Outcome done(ResourceKey key) {
        var outcome = new Outcome.Done();
        last.put(key, outcome);
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
        last.put(key, outcome);
        return outcome;
    }

    synchronized void forget(ResourceKey key) {
        last.remove(key);
    }
}
