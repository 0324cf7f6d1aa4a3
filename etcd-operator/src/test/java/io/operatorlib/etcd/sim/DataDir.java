package io.operatorlib.etcd.sim;

import java.util.ArrayList;
import java.util.List;

/** A member's data directory: who it is, its log, and how much of that is committed. Empty until a first start. */
final class DataDir {
    private long memberId;
    private long clusterId;
    private long term;
    private final List<Entry> log = new ArrayList<>();
    private int commit;
    private Applied applied = new Applied();

    boolean isEmpty() {
        return memberId == 0;
    }

    void begin(long member, long cluster, List<Entry> committed) {
        memberId = member;
        clusterId = cluster;
        term = 1;
        log.addAll(committed);
        commitTo(log.size());
    }

    long memberId() {
        return memberId;
    }

    long clusterId() {
        return clusterId;
    }

    long term() {
        return term;
    }

    void term(long newer) {
        term = newer;
    }

    Applied applied() {
        return applied;
    }

    int length() {
        return log.size();
    }

    int committed() {
        return commit;
    }

    void append(Entry entry) {
        log.add(entry);
    }

    /** The term of the entry with that index, from 1; 0 where there is none. */
    long termAt(int index) {
        return index < 1 || index > log.size() ? 0 : log.get(index - 1).term();
    }

    long lastTerm() {
        return termAt(log.size());
    }

    /** Tells whether this log is at least as new as the other: who votes for whom. */
    boolean atLeastAsNewAs(DataDir other) {
        return lastTerm() > other.lastTerm() || (lastTerm() == other.lastTerm() && length() >= other.length());
    }

    /** How many entries, from the first, two logs have in common. */
    int inCommonWith(DataDir other) {
        int index = Math.min(length(), other.length());
        // equal terms at an index mean equal entries up to there
        while (index > 0 && termAt(index) != other.termAt(index)) {
            index--;
        }
        return index;
    }

    /** Tells whether committed entries here are other ones than there: two histories under one name. */
    boolean contradicts(DataDir leader) {
        return commit > leader.length() || !log.subList(0, commit).equals(leader.log.subList(0, commit));
    }

    /** Makes this log the leader's; entries that the leader does not have are dropped. */
    void follow(DataDir leader) {
        int common = inCommonWith(leader);
        log.subList(common, log.size()).clear();
        log.addAll(leader.log.subList(common, leader.log.size()));
        term = Math.max(term, leader.term);
    }

    /** Becomes an older copy of itself: that many entries, from the first. */
    void setBack(int entries) {
        log.subList(entries, log.size()).clear();
        term = Math.max(1, lastTerm());
        int committed = Math.min(commit, entries);
        commit = 0;
        applied = new Applied();
        commitTo(committed);
    }

    void commitTo(int index) {
        while (commit < Math.min(index, log.size())) {
            applied.apply(log.get(commit++).change());
        }
    }
}
