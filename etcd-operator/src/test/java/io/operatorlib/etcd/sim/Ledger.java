package io.operatorlib.etcd.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What the clusters of the model's etcd have agreed upon and acknowledged, whatever their members remember of it. */
final class Ledger {
    private record Write(int index, long term, String key) {}

    private final Map<Long, List<Write>> writes = new TreeMap<>();
    private final Map<Long, Applied> newest = new LinkedHashMap<>();

    /** The clusters in which something was ever agreed upon, in the order of their first agreements. */
    List<Long> clusters() {
        return List.copyOf(newest.keySet());
    }

    /** What was agreed upon last in that cluster. */
    Applied agreed(long clusterId) {
        return Objects.requireNonNull(newest.get(clusterId));
    }

    /** A leader's cluster has agreed upon what the leader has committed. */
    void agreed(DataDir leader) {
        newest.put(leader.clusterId(), leader.applied());
    }

    /** A client was told that the write with that index is there. */
    void acknowledged(DataDir leader, int index, String key) {
        writes.computeIfAbsent(leader.clusterId(), id -> new ArrayList<>())
                .add(new Write(index, leader.termAt(index), key));
    }

    /** The keys of acknowledged writes that this leader does not have; each is told once. */
    List<String> lost(DataDir leader) {
        var lost = new ArrayList<String>();
        writes.getOrDefault(leader.clusterId(), new ArrayList<>()).removeIf(write -> {
            boolean gone = leader.termAt(write.index()) != write.term();
            return gone && lost.add(write.key());
        });
        return lost;
    }
}
