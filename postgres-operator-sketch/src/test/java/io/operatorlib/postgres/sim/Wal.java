package io.operatorlib.postgres.sim;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A write-ahead log up to one record; a longer one has it as its beginning. Immutable. */
final class Wal {
    /** Where a timeline begins, and which one. */
    record Branch(int timeline, long begin) {}

    private final @Nullable Wal before;
    private final long end;
    private final List<Branch> history;
    private final String line;

    private Wal(@Nullable Wal before, long end, List<Branch> history, String line) {
        this.before = before;
        this.end = end;
        this.history = history;
        this.line = line;
    }

    /** The log of data that was just made. */
    static Wal first() {
        return new Wal(null, 1L << 24, List.of(new Branch(1, 0)), "");
    }

    Wal append(int onTimeline, long bytes, String newLine) {
        var next = onTimeline == timeline()
                ? history
                : Stream.concat(history.stream(), Stream.of(new Branch(onTimeline, end)))
                        .toList();
        return new Wal(this, end + bytes, next, newLine);
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
        return history.get(history.size() - 1).timeline();
    }

    /** All logs with which this one begins, and itself. */
    Set<Wal> beginnings() {
        var all = new HashSet<Wal>();
        for (Wal at = this; at != null; at = at.before) {
            all.add(at);
        }
        return all;
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
        return history;
    }

    /** How far a timeline goes in this log; negative where it does not lead here. */
    long endOf(int number) {
        for (int i = 0; i < history.size(); i++) {
            if (history.get(i).timeline() == number) {
                return i + 1 < history.size() ? history.get(i + 1).begin() : end;
            }
        }
        return -1;
    }

    /** Where two logs part as their histories have it, which are compared by the timelines' numbers and beginnings. */
    long parting(Wal other) {
        int shared = 0;
        while (shared < history.size()
                && shared < other.history.size()
                && history.get(shared).equals(other.history.get(shared))) {
            shared++;
        }
        int last = history.get(shared - 1).timeline();
        return Math.min(endOf(last), other.endOf(last));
    }

    @Override
    public String toString() {
        return timeline() + "/" + end;
    }
}
