package io.operatorlib.postgres.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A write-ahead log up to one record; a longer one has it as its beginning. Immutable. */
final class Wal {
    /** Where a timeline begins, and which one. */
    record Branch(int timeline, long begin) {}

    private final @Nullable Wal before;
    private final long end;
    private final int timeline;
    private final String line;

    private Wal(@Nullable Wal before, long end, int timeline, String line) {
        this.before = before;
        this.end = end;
        this.timeline = timeline;
        this.line = line;
    }

    /** The log of data that was just made. */
    static Wal first() {
        return new Wal(null, 1L << 24, 1, "");
    }

    Wal append(int onTimeline, long bytes, String newLine) {
        return new Wal(this, end + bytes, onTimeline, newLine);
    }

    /** Tells whether a client wrote that. */
    boolean says(String what) {
        Wal at = this;
        while (at != null && !at.line.equals(what)) {
            at = at.before;
        }
        return at != null;
    }

    long end() {
        return end;
    }

    int timeline() {
        return timeline;
    }

    /** Tells whether this log begins with that one. */
    boolean has(Wal other) {
        Wal at = this;
        while (at != null && at.end > other.end) {
            at = at.before;
        }
        return at == other;
    }

    /** What this log and another one have in common. */
    Wal common(Wal other) {
        Wal at = this;
        while (!other.has(at)) {
            at = Objects.requireNonNull(at.before, "logs of two systems");
        }
        return at;
    }

    /** The timelines that led here, by number, as PostgreSQL keeps them: it knows no more of a log's identity. */
    List<Branch> history() {
        var branches = new ArrayList<Branch>();
        for (Wal at = this; at != null; at = at.before) {
            long begin = at.before == null ? 0 : at.before.end;
            if (!branches.isEmpty() && branches.get(branches.size() - 1).timeline() == at.timeline) {
                branches.remove(branches.size() - 1);
            }
            branches.add(new Branch(at.timeline, begin));
        }
        Collections.reverse(branches);
        return branches;
    }

    /** How far a timeline goes in this log; negative where it does not lead here. */
    long endOf(int number) {
        var branches = history();
        for (int i = 0; i < branches.size(); i++) {
            if (branches.get(i).timeline() == number) {
                return i + 1 < branches.size() ? branches.get(i + 1).begin() : end;
            }
        }
        return -1;
    }

    /** Where two logs part as their histories have it, which are compared by the timelines' numbers and beginnings. */
    long parting(Wal other) {
        var mine = history();
        var others = other.history();
        int shared = 0;
        while (shared < mine.size()
                && shared < others.size()
                && mine.get(shared).equals(others.get(shared))) {
            shared++;
        }
        int last = mine.get(shared - 1).timeline();
        return Math.min(endOf(last), other.endOf(last));
    }

    @Override
    public String toString() {
        return timeline + "/" + end;
    }
}
