package io.operatorlib.testing.apiserver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The requests that have been answered, in the order of their answers. */
final class RequestLog {
    /** Enough to look back on a scenario; who needs all of them observes. */
    private static final int CAPACITY = 10_000;

    private final Deque<LoggedRequest> last = new ArrayDeque<>();
    private final List<Consumer<LoggedRequest>> observers = new CopyOnWriteArrayList<>();
    private long seq;

    void observe(Consumer<LoggedRequest> observer) {
        observers.add(observer);
    }

    synchronized List<LoggedRequest> last() {
        return List.copyOf(last);
    }

    void add(Caller caller, Call call, Reply reply) {
        LoggedRequest line;
        synchronized (this) {
            line = new LoggedRequest(
                    ++seq,
                    caller.name(),
                    call.verb(),
                    call.group(),
                    call.resource(),
                    call.subresource(),
                    call.namespace(),
                    call.name().isEmpty() ? reply.name() : call.name(),
                    reply.code(),
                    reply.changed(),
                    call.query("fieldManager"));
            if (last.size() == CAPACITY) {
                last.removeFirst();
            }
            last.addLast(line);
        }
        observers.forEach(observer -> observer.accept(line));
    }
}
