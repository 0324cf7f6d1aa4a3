package io.operatorlib.etcd.sim;

import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.PriorityQueue;

/** What comes to happen in the model's etcd, in the order of its times. */
final class Agenda {
    private record Event(long at, long order, Runnable body) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Scheduler scheduler;
    private final Scheduler.Gate wake;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long made;

    Agenda(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.wake = scheduler.gate();
    }

    void after(Duration time, Runnable body) {
        events.add(new Event(scheduler.nanoTime() + time.toNanos(), made++, body));
        wake.open();
    }

    /** Has everything happen at its time, until an interrupt; what follows is done after each. */
    void run(Runnable then) {
        try {
            while (true) {
                long ticket = wake.ticket();
                for (var due = events.peek(); due != null && due.at() <= scheduler.nanoTime(); due = events.peek()) {
                    events.poll();
                    due.body().run();
                    then.run();
                }
                var next = events.peek();
                wake.await(
                        ticket, next == null ? Duration.ofDays(1) : Duration.ofNanos(next.at() - scheduler.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
