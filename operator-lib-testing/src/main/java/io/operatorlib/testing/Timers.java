package io.operatorlib.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The deadlines of waiting actors, in the order in which they come due. */
final class Timers {
    private record Timer(long at, long order, Actor actor, long waitNumber) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        boolean wanted() {
            return actor.state == Actor.State.WAITING && actor.wait == waitNumber;
        }
    }

    private final PriorityQueue<Timer> queue = new PriorityQueue<>();
    private long made;
    private long time;

    /** Sets a deadline for the present wait of that actor. */
    void add(long at, Actor actor) {
        queue.add(new Timer(at, made++, actor, actor.wait));
    }

    /** Those whose deadline comes next, all at the same {@link #time()}; empty where no deadline is set. */
    List<Actor> next() {
        var due = new ArrayList<Actor>();
        for (var timer = queue.peek(); timer != null; timer = queue.peek()) {
            if (timer.wanted()) {
                if (!due.isEmpty() && timer.at() > time) {
                    break;
                }
                time = timer.at();
                due.add(timer.actor());
            }
            queue.poll();
        }
        return due;
    }

    /** When the deadline was that came last. */
    long time() {
        return time;
    }
}
