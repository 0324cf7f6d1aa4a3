package io.operatorlib.testing;

import io.operatorlib.spi.ApiWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A watch of the operator: each event is counted before it is told, and one of them may be hidden. */
final class SeenWatch extends ForwardingWatch {
    /** What a watch says whose place in the history the server has forgotten. */
    static final Line FORGOTTEN = new Line("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
            + "\"metadata\":{},\"status\":\"Failure\",\"message\":\"too old resource version: injected by the"
            + " simulation\",\"reason\":\"Expired\",\"code\":410}}");

    /** Begins the note that an event is kept from the operator. */
    static final String HIDDEN = "event hidden: ";

    /** Begins the note that such an event is told now. */
    static final String TOLD_LATE = "event told late: ";

    /** Begins the note that such an event is never told. */
    static final String DROPPED = "event dropped: ";

    private final Kernel kernel;
    private final Incarnation incarnation;
    private final Sights sights;
    private final Deque<Next> ready = new ArrayDeque<>();
    private boolean forgotten;

    SeenWatch(Kernel kernel, Incarnation incarnation, Sights sights, ApiWatch watch) {
        super(watch);
        this.kernel = kernel;
        this.incarnation = incarnation;
        this.sights = sights;
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        if (!ready.isEmpty()) {
            return ready.remove();
        }
        if (forgotten) {
            return new Ended();
        }
        var next = watch.next(atMost);
        if (!(next instanceof Line line)) {
            return next;
        }
        Optional<WatchEvent> event = WatchEvent.of(line);
        if (event.isPresent()) {
            var way = sights.tell(incarnation, event.get());
            if (way.isPresent()) {
                kernel.log(HIDDEN + event.get(), 0);
                return way.get() == BlindSpot.Way.HELD ? held(line, event.get()) : skipped(line, event.get());
            }
        }
        return line;
    }

    private Next held(Line line, WatchEvent event) throws InterruptedException {
        incarnation.scheduler().sleep(Sights.HIDDEN);
        kernel.log(TOLD_LATE + event, 0);
        return line;
    }

    private Next skipped(Line line, WatchEvent event) throws InterruptedException {
        long until = incarnation.scheduler().nanoTime() + Sights.HIDDEN.toNanos();
        ready.add(line);
        while (incarnation.scheduler().nanoTime() < until) {
            var next =
                    watch.next(Duration.ofNanos(until - incarnation.scheduler().nanoTime()));
            if (next instanceof Line later) {
                ready.add(later);
                if (WatchEvent.of(later)
                        .filter(other -> other.object().equals(event.object()))
                        .isPresent()) {
                    kernel.log(DROPPED + event, 0);
                    ready.clear();
                    forgotten = true;
                    watch.close();
                    return FORGOTTEN;
                }
            } else if (next instanceof Ended) {
                ready.add(next);
                break;
            }
        }
        return ready.remove();
    }
}
