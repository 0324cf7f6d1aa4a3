package io.operatorlib.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Wishes of CoreOS's manifests for which the spec has no word: what they mean to a cluster that is made without them. */
final class LegacyWishes {
    /** Nothing is weaker without these: each was about how CoreOS's operator did its work. */
    private static final Set<String> HARMLESS = Set.of(
            "pod.busyboxImage", "pod.DNSTimeoutInSecond", "pod.ClusterDomain", "pod.automountServiceAccountToken");

    private LegacyWishes() {}

    /** Those that cannot be met, by their paths below {@code spec.legacy}. */
    static List<String> unmet(@Nullable Map<String, ?> legacy) {
        return wishes(legacy).stream().filter(wish -> !HARMLESS.contains(wish)).toList();
    }

    /** Those that nobody misses. */
    static List<String> dropped(@Nullable Map<String, ?> legacy) {
        return wishes(legacy).stream().filter(HARMLESS::contains).toList();
    }

    private static List<String> wishes(@Nullable Map<String, ?> legacy) {
        var wishes = new ArrayList<String>();
        if (legacy != null) {
            new TreeMap<>(legacy).forEach((name, value) -> {
                if (name.equals("pod") && value instanceof Map<?, ?> pod) {
                    pod.keySet().stream().map(field -> "pod." + field).sorted().forEach(wishes::add);
                } else {
                    wishes.add(name);
                }
            });
        }
        return wishes;
    }

    /** Said of those that cannot be met. */
    static String advice(List<String> unmet) {
        return "spec.legacy asks for " + String.join(", ", unmet)
                + ", which this operator cannot do yet: nothing is run"
                + " in a weaker form; to go without, take that out of spec.legacy";
    }
}
