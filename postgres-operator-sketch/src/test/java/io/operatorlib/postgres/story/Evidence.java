package io.operatorlib.postgres.story;

import io.operatorlib.postgres.story.Writer.Write;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What acknowledged writes tell of those who took them.
 *
 * @param writes all, by whomever they were sent
 */
record Evidence(List<Write> writes) {

    /**
     * What one primary took and its successors do not have.
     *
     * @param bytes of its log, from the last write that is there to the last that is not
     * @param last when the last of them was acknowledged
     */
    record Loss(String primary, long timeline, int writes, long bytes, long last) {}

    /** Timelines on which two instances took writes at the same time. */
    Set<Long> shared() {
        return byTimeline().entrySet().stream()
                .filter(each -> each.getValue().stream()
                        .anyMatch(one -> each.getValue().stream().anyMatch(other -> atOnce(one, other))))
                .map(each -> each.getKey())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** When an instance took writes: from the acknowledgement of the first to the sending of the last. */
    private record Tenure(String instance, long first, long last) {
        Tenure with(Tenure other) {
            return new Tenure(
                    instance, first - other.first < 0 ? first : other.first, last - other.last > 0 ? last : other.last);
        }
    }

    private static boolean atOnce(Tenure one, Tenure other) {
        return !one.instance.equals(other.instance) && one.last - other.first > 0 && other.last - one.first > 0;
    }

    private SortedMap<Long, Collection<Tenure>> byTimeline() {
        var tenures = new TreeMap<Long, Map<String, Tenure>>();
        writes.forEach(write -> tenures.computeIfAbsent(write.timeline(), any -> new TreeMap<>())
                .merge(
                        write.instance(),
                        new Tenure(write.instance(), write.nanos(), write.sent()),
                        (one, other) -> one.with(other)));
        var all = new TreeMap<Long, Collection<Tenure>>();
        tenures.forEach((timeline, those) -> all.put(timeline, those.values()));
        return all;
    }

    int timelines() {
        return byTimeline().size();
    }

    /** Writes that were sent after one was acknowledged on a later timeline, and acknowledged nevertheless. */
    List<Write> late() {
        var first = new TreeMap<Long, Long>();
        writes.forEach(write -> first.merge(write.timeline(), write.nanos(), (a, b) -> a - b < 0 ? a : b));
        return writes.stream()
                .filter(write -> first.tailMap(write.timeline(), false).values().stream()
                        .anyMatch(acknowledged -> acknowledged - write.sent() < 0))
                .toList();
    }

    /** What was lost, by timeline. */
    List<Loss> losses(Collection<Write> lost) {
        var gone = new HashSet<>(lost);
        return gone.stream()
                .collect(Collectors.groupingBy(Write::timeline, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(those -> loss(those, gone))
                .toList();
    }

    private Loss loss(List<Write> those, Set<Write> gone) {
        var last = those.stream().max(Comparator.comparingLong(Write::position)).orElseThrow();
        long first = those.stream().mapToLong(Write::position).min().orElseThrow();
        long kept = writes.stream()
                .filter(write -> write.timeline() == last.timeline() && !gone.contains(write))
                .mapToLong(Write::position)
                .filter(position -> position < first)
                .max()
                .orElse(first);
        return new Loss(last.instance(), last.timeline(), those.size(), last.position() - kept, last.nanos());
    }
}
