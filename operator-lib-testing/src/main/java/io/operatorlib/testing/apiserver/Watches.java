package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.time.Duration;
import java.util.ArrayList;

/** The verb watch. */
final class Watches {
    /** A real server ends a watch without a given time after a random time between this and its double. */
    private static final Duration SHORTEST = Duration.ofMinutes(30);

    private final Store store;
    private final Scheduler scheduler;

    Watches(Store store, Scheduler scheduler) {
        this.store = store;
        this.scheduler = scheduler;
    }

    WatchStream open(Call call, ServedKind kind) {
        Selector selector = Selector.of(call, kind);
        String version = call.query("resourceVersion");
        long from = from(version);
        boolean bookmarks = call.flag("allowWatchBookmarks");
        boolean initial = initial(call, version);
        String prefix = Reads.prefix(call, kind);
        if (!initial) {
            long position = store.position(Versions.stored(kind), from);
            return stream(kind, prefix, selector, from, position, bookmarks, call);
        }
        long current = store.revision();
        if (from > current) {
            throw ApiError.tooLargeRevision(from, current);
        }
        Store.Snapshot snapshot = store.list(Versions.stored(kind), prefix);
        long position = store.position(Versions.stored(kind), snapshot.revision());
        WatchStream stream = stream(kind, prefix, selector, snapshot.revision(), position, bookmarks, call);
        snapshot.objects().values().forEach(stream::begin);
        if (call.flag("sendInitialEvents") && bookmarks) {
            stream.begun();
        }
        return stream;
    }

    private static long from(String version) {
        try {
            return Reads.revision(version);
        } catch (ApiError e) {
            throw ApiError.unforeseen(Reads.notARevision(version));
        }
    }

    /** Tells whether the watch begins with what is there already. */
    private static boolean initial(Call call, String version) {
        boolean given = call.request().query().containsKey("sendInitialEvents");
        boolean wanted = call.flag("sendInitialEvents");
        String match = call.query("resourceVersionMatch");
        var causes = new ArrayList<Cause>();
        if (!match.isEmpty() && !given) {
            causes.add(Cause.forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        if (given && !match.equals("NotOlderThan")) {
            causes.add(Cause.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (!causes.isEmpty()) {
            throw ApiError.invalid("meta.k8s.io", "ListOptions", "", causes);
        }
        return given ? wanted : version.isEmpty() || version.equals("0");
    }

    private WatchStream stream(
            ServedKind kind, String prefix, Selector selector, long from, long position, boolean bookmarks, Call call) {
        var scope = new WatchStream.Scope(kind, prefix, selector, from, position);
        return new WatchStream(store, scheduler, scope, bookmarks, length(call.query("timeoutSeconds")));
    }

    private Duration length(String seconds) {
        if (seconds.isEmpty() || seconds.equals("0")) {
            return SHORTEST.plusSeconds(scheduler.random().nextLong(SHORTEST.toSeconds()));
        }
        try {
            return Duration.ofSeconds(Long.parseLong(seconds));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("timeoutSeconds is not a number: " + seconds);
        }
    }
}
