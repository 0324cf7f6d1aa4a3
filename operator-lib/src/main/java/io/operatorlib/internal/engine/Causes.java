package io.operatorlib.internal.engine;

import io.operatorlib.ResourceKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Why resources are to be reconciled: what has happened since their last reconcile began. */
final class Causes {
    /** The first few tell enough. */
    static final int MOST = 5;

    private final Map<ResourceKey, Set<String>> since = new HashMap<>();

    synchronized void note(ResourceKey key, String cause) {
        var causes = since.computeIfAbsent(key, any -> new LinkedHashSet<>());
        if (causes.size() < MOST) {
            causes.add(cause);
        }
    }

    /** Takes out the causes of a reconcile that begins. */
    synchronized List<String> take(ResourceKey key) {
        var causes = since.remove(key);
        return causes == null ? List.of() : List.copyOf(causes);
    }
}
