package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An open watch: a place in a resource's history.
 *
 * <p><b>Flow.</b> First the objects that are there already, where they were asked for; then each change after them, as
 * its reader asks for it; from time to time a bookmark, where they were asked for; at last the end, when the time is up
 * or the stream was closed.
 *
 * <p><b>Guarantees.</b> Changes come in the order of their revisions, each exactly once. A reader that falls behind
 * the history is told so by an {@code ERROR} event of code 410.
 *
 * <p><b>Limits.</b> One thread reads; nothing is buffered for it but the objects of the beginning.
 */
final class WatchStream implements ApiWatch {
    /** As often as a real server sends them. */
    private static final Duration BOOKMARK_PERIOD = Duration.ofMinutes(1);

    /** So few that a reader that closes has not read much in vain, enough to spare the lock. */
    private static final int BATCH = 64;

    static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    private final Store store;
    private final Scheduler scheduler;
    private final ServedKind kind;
    private final String prefix;
    private final Selector selector;
    private final boolean bookmarks;
    private final long end;
    private final Scheduler.Gate gate;
    private final Deque<Line> ready = new ArrayDeque<>();
    private long position;
    private final long beginning;
    private long told;
    private long nextBookmark;
    private boolean lost;
    private final int restorations;
    private volatile boolean closed;

    /**
     * What is to be watched.
     *
     * @param from the revision after which changes are told
     * @param position its place in the history; -1 where that is no longer known
     */
    record Scope(ServedKind kind, String prefix, Selector selector, long from, long position) {}

    WatchStream(Store store, Scheduler scheduler, Scope scope, boolean bookmarks, Duration length) {
        this.store = store;
        this.scheduler = scheduler;
        this.kind = scope.kind();
        this.prefix = scope.prefix();
        this.selector = scope.selector();
        this.bookmarks = bookmarks;
        this.position = scope.position();
        this.beginning = scope.from();
        this.told = scope.from();
        this.restorations = store.restorations();
        this.gate = store.gate(Versions.stored(kind));
        long now = scheduler.nanoTime();
        this.end = now + length.toNanos();
        this.nextBookmark = now + BOOKMARK_PERIOD.toNanos();
    }

    /** Adds an object of the beginning. */
    void begin(Stored object) {
        if (selector.matches(object.json())) {
            ready.add(event("ADDED", object));
        }
    }

    /** Says that the objects of the beginning are complete. */
    void begun() {
        var annotations = new JsonObject();
        annotations.addProperty(INITIAL_EVENTS_END, "true");
        ready.add(bookmark(annotations));
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public String refusal() {
        return "";
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        long until = scheduler.nanoTime() + atMost.toNanos();
        while (true) {
            long ticket = gate.ticket();
            Next next = poll();
            if (next != null) {
                return next;
            }
            long now = scheduler.nanoTime();
            if (now - until >= 0) {
                return new Idle();
            }
            long wake = Math.min(until - now, end - now);
            if (bookmarks) {
                wake = Math.min(wake, nextBookmark - now);
            }
            gate.await(ticket, Duration.ofNanos(Math.max(1, wake)));
        }
    }

    private @Nullable Next poll() {
        if (closed || store.restorations() != restorations) {
            return new Ended();
        }
        if (ready.isEmpty()) {
            read();
        }
        Line line = ready.poll();
        if (line != null) {
            return line;
        }
        long now = scheduler.nanoTime();
        if (lost || now - end >= 0) {
            closed = true;
            return new Ended();
        }
        if (bookmarks && now - nextBookmark >= 0) {
            nextBookmark = now + BOOKMARK_PERIOD.toNanos();
            return bookmark(null);
        }
        return null;
    }

    /** Fills {@link #ready} from the history. */
    private void read() {
        while (ready.isEmpty() && !lost) {
            Store.Read read = store.read(Versions.stored(kind), position, BATCH);
            if (!(read instanceof Store.Changes changes)) {
                lost = true;
                ready.add(lostPlace());
                return;
            }
            position = changes.upTo();
            changes.changes().forEach(this::tell);
            if (changes.changes().isEmpty()) {
                told = Math.max(told, changes.revision());
                return;
            }
        }
    }

    private void tell(History.Change change) {
        if (change.revision() <= beginning) {
            return;
        }
        told = change.revision();
        if (!change.key().startsWith(prefix)) {
            return;
        }
        Stored before = change.before();
        boolean was = before != null && selector.matches(before.json());
        boolean is = !change.deleted() && selector.matches(change.now().json());
        if (is) {
            ready.add(event(was ? "MODIFIED" : "ADDED", change.now()));
        } else if (before != null && was) {
            Stored last = change.deleted() ? change.now() : new Stored(before.json(), change.revision());
            ready.add(event("DELETED", last));
        }
    }

    private Line event(String type, Stored object) {
        try {
            return new Line("{\"type\":\"" + type + "\",\"object\":" + object.text(kind) + "}");
        } catch (ApiError e) {
            lost = true; // it cannot be brought to this version: a stream that left it out would lie
            return new Line("{\"type\":\"ERROR\",\"object\":" + e.status() + "}");
        }
    }

    private Line bookmark(@Nullable JsonObject annotations) {
        var meta = new JsonObject();
        meta.addProperty("resourceVersion", Long.toString(told));
        if (annotations != null) {
            meta.add("annotations", annotations);
        }
        var object = new JsonObject();
        object.addProperty("kind", kind.kind());
        object.addProperty("apiVersion", kind.apiVersion());
        object.add("metadata", meta);
        return new Line("{\"type\":\"BOOKMARK\",\"object\":" + object + "}");
    }

    private Line lostPlace() {
        JsonObject status = ApiError.expired("too old resource version: " + told + " (" + store.revision() + ")")
                .status();
        return new Line("{\"type\":\"ERROR\",\"object\":" + status + "}");
    }

    @Override
    public void close() {
        closed = true;
        gate.open();
    }
}
