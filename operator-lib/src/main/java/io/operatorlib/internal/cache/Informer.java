package io.operatorlib.internal.cache;

import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the objects of one query: lists them once, then watches, and keeps a {@link Store} of them.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *            ┌────────────── forgotten: 410, too large a version, fruitless ──────────────┐
 *            ▼                                                                            │
 *  start ─▶ Listing ── listed, handlers told ──▶ Watching(version) ── the stream ended ──┐│
 *            │  ▲                                  ▲      │                              ││
 *            └──┘ failed: back-off                 └──────┴── from the last version ◀────┘┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>Every object that differs between two moments of the store has been told to the handlers: a list that replaces
 *       the store tells what it adds, changes and removes. Who is registered later is told what is there first.
 *   <li>A list asks for the most recent state, never for "any": what is listed is no older than what was seen before.
 *       It is a watch that begins with all there is; where the server does not serve that, a list in pages.
 *   <li>{@link #synced()} once the first list is in the store <em>and</em> its handlers have been told.
 *   <li>A stream that ends, however it ends, is taken up again where it ended. All is listed again only when the
 *       server has forgotten that version (HTTP 410; an ERROR 410 in the stream; a stream that ends without a word
 *       again and again), when it has never had it (a restored backup, for which a server that was out of sight
 *       is asked), or when it refuses the watch again and again.
 *   <li>Failures, and streams that end at once, are followed by growing pauses with jitter; a server that says how long
 *       to wait is obeyed. The pauses start over when a stream has lasted or has brought something.
 *   <li>One object without a name, and one at which a handler throws, is reported and stops nothing else.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>One thread, one connection. Memory is the objects' text; events are handled one by one and never queued here.
 * While the API server does not answer the store is old; {@link #health()} says since when. A backup that was restored
 * and has since come further than it was seen before is not told from one that was not.
 */
public final class Informer {
    /** A stream that lived so long was a real one, and may be opened anew without a pause. */
    static final Duration SHORT_STREAM = Duration.ofSeconds(1);

    /** Servers send a bookmark each minute: half as much again without a word is a dead connection. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    /** How long a stream is asked to last, at the least; up to twice that, so that streams do not end together. */
    static final Duration STREAM = Duration.ofMinutes(5);

    /** The end of a stream that lasted its time takes no longer to arrive, unless the server was out of sight. */
    static final Duration LATE = Duration.ofSeconds(1);

    /** So many streams in a row that ended at once without a word: the version is of no use any more. */
    static final int FRUITLESS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Informer.class);

    private final KubeClient client;
    private final Scheduler scheduler;
    private final ListQuery query;
    private final Handlers handlers;
    private final Store store = new Store();
    private final Retries retries;
    private final Scheduler.Gate progress;
    private final AtomicReference<@Nullable ApiWatch> open = new AtomicReference<>();

    // of the informer's thread
    private int fruitless;
    private boolean streamed = true;

    private final AtomicInteger lists = new AtomicInteger();

    private volatile boolean stopped;
    private volatile boolean synced;
    private volatile Scheduler.@Nullable Task task;

    private sealed interface State {
        /** Everything is to be listed. */
        record Listing() implements State {}

        /**
         * Everything up to the version is in the store.
         *
         * @param suspect whether the server was out of sight since, or a stream ended before its time or after it, and the
         *     server may have come back with an older state
         */
        record Watching(String version, boolean suspect) implements State {}
    }

    public Informer(KubeClient client, Scheduler scheduler, ListQuery query, List<ChangeHandler> handlers) {
        this(client, scheduler, query, Projection.whole(), handlers);
    }

    /**
     * An informer, not begun yet.
     *
     * @param projection what is kept of each object
     */
    public Informer(
            KubeClient client,
            Scheduler scheduler,
            ListQuery query,
            Projection projection,
            List<ChangeHandler> handlers) {
        this.client = client;
        this.scheduler = scheduler;
        this.query = query;
        this.handlers = new Handlers(query.kind().toString(), store, projection, handlers);
        this.retries = new Retries(scheduler, query);
        this.progress = scheduler.gate();
    }

    public Store store() {
        return store;
    }

    public ListQuery query() {
        return query;
    }

    /** Tells a handler all that is in the store, before this returns, and every change from then on. */
    public void add(ChangeHandler handler) {
        handlers.add(handler);
    }

    /** Tells whether the store has been filled once and the handlers have been told. */
    public boolean synced() {
        return synced;
    }

    public InformerHealth health() {
        return retries.health();
    }

    /** How often all has been listed. */
    public int lists() {
        return lists.get();
    }

    /** Begins, in a thread of its own. Once. */
    public void start() {
        if (task != null) {
            throw new IllegalStateException("the informer of " + query.kind() + " has been started before");
        }
        task = scheduler.fork("informer-" + query.kind().plural(), this::run);
    }

    /** Ends; returns at once. {@link #join} waits for it. */
    public void stop() {
        stopped = true;
        retries.stop();
        ApiWatch watch = open.get();
        if (watch != null) {
            watch.close();
        }
        Scheduler.Task running = task;
        if (running != null) {
            running.interrupt();
        }
        progress.open();
    }

    /** Waits until the informer's thread has ended, and tells whether it has. */
    public boolean join(Duration atMost) throws InterruptedException {
        Scheduler.Task running = task;
        return running == null || running.join(atMost);
    }

    /** Waits until {@link #synced()}, and tells whether it is. */
    public boolean awaitSynced(Duration atMost) throws InterruptedException {
        long end = scheduler.nanoTime() + atMost.toNanos();
        while (!synced && !stopped) {
            long ticket = progress.ticket();
            long left = end - scheduler.nanoTime();
            if (!synced && !stopped && (left <= 0 || !progress.await(ticket, Duration.ofNanos(left)))) {
                return synced;
            }
        }
        return synced;
    }

    void run() {
        State state = new State.Listing();
        try {
            while (!stopped) {
                state = state instanceof State.Watching watching ? watch(watching) : list();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private State list() throws InterruptedException {
        return streamed ? begin() : page();
    }

    /** Lists by a watch that begins with all there is, and goes on watching. */
    private State begin() throws InterruptedException {
        long began = scheduler.nanoTime();
        Duration asked = streamTime();
        var initial = new InitialEvents(handlers);
        @Nullable WatchStream stream = null;
        try (ApiWatch watch = client.watchAll(query, asked)) {
            open.set(watch);
            while (!stopped && initial.takes(watch.next(LONGEST_SILENCE))) {
                retries.reset();
            }
            if (initial.complete()) {
                listed(initial.objects(), initial.version(), began);
                initial.forget();
                stream = new WatchStream(store, handlers, initial.version());
                follow(watch, stream);
            }
        } catch (ApiException e) {
            boolean served = e.code() != 400 && e.code() != 422;
            streamed = served;
            if (served) {
                retries.failed("list", e);
            }
            return new State.Listing();
        } catch (KubeApi.NoReplyException e) {
            retries.failed("list", e);
            return stream == null ? new State.Listing() : new State.Watching(stream.version(), true);
        } finally {
            open.set(null);
        }
        return stream == null ? incomplete(initial) : ended(stream, since(began), asked);
    }

    private State incomplete(InitialEvents initial) throws InterruptedException {
        fruitless++;
        if (initial.silent() || fruitless >= FRUITLESS) {
            fruitless = 0;
            streamed = false;
        }
        retries.failed("list", initial.problem());
        return new State.Listing();
    }

    private State page() throws InterruptedException {
        long began = scheduler.nanoTime();
        var objects = new TreeMap<ResourceKey, StoredObject>();
        String version;
        try {
            version = client.list(
                    query, json -> handlers.read(json).ifPresent(object -> objects.put(object.key(), object)));
        } catch (ApiException | KubeApi.NoReplyException | CodecException e) {
            retries.failed("list", e);
            return new State.Listing();
        }
        listed(objects, version, began);
        return new State.Watching(version, false);
    }

    private void listed(SortedMap<ResourceKey, StoredObject> objects, String version, long began) {
        if (ResourceVersions.older(version, store.resourceVersion())) {
            LOG.warn(
                    "the API server has gone back in time kind={} from={} to={}",
                    query.kind(),
                    store.resourceVersion(),
                    version);
        }
        handlers.change(() -> store.replace(objects, version, began));
        lists.incrementAndGet();
        retries.synced();
        if (!synced) {
            synced = true;
            LOG.debug("synced kind={} namespace={} objects={}", query.kind(), query.namespace(), objects.size());
        }
        progress.open();
    }

    private State watch(State.Watching from) throws InterruptedException {
        String version = from.version();
        var stream = new WatchStream(store, handlers, version);
        long opened = scheduler.nanoTime();
        Duration asked = streamTime();
        try {
            if (wentBack(from)) {
                return new State.Listing();
            }
            try (ApiWatch watch = client.watch(query, version, asked)) {
                open.set(watch);
                follow(watch, stream);
            }
        } catch (ApiException e) {
            retries.failed("watch", e);
            return useless(e) ? new State.Listing() : new State.Watching(stream.version(), true);
        } catch (KubeApi.NoReplyException e) {
            retries.failed("watch", e);
            return new State.Watching(stream.version(), true);
        } finally {
            open.set(null);
        }
        return ended(stream, since(opened), asked);
    }

    private void follow(ApiWatch watch, WatchStream stream) throws InterruptedException {
        retries.well();
        while (!stopped && stream.takes(watch.next(LONGEST_SILENCE))) {
            retries.reset();
        }
    }

    private Duration since(long nanoTime) {
        return Duration.ofNanos(scheduler.nanoTime() - nanoTime);
    }

    /**
     * A server that was restored from a backup takes a watch from a version that it has not come to yet, and says
     * nothing until it has: so it is asked where it is.
     */
    private boolean wentBack(State.Watching from) {
        return from.suspect() && ResourceVersions.older(client.version(query), from.version());
    }

    private State ended(WatchStream stream, Duration lived, Duration asked) throws InterruptedException {
        boolean proper = lived.compareTo(SHORT_STREAM) >= 0;
        fruitless = proper || stream.brought() > 0 ? 0 : fruitless + 1;
        if (proper) {
            retries.reset();
        }
        if (stream.end() == WatchStream.End.FORGOTTEN || fruitless >= FRUITLESS) {
            fruitless = 0;
            retries.failed("watch", stream.problem().isEmpty() ? "streams end without a word" : stream.problem());
            return new State.Listing();
        }
        if (stream.end() == WatchStream.End.FAILED) {
            retries.failed("watch", stream.problem());
        } else if (!proper) {
            retries.pause();
        }
        // a server that goes away to be restored may end its streams in order, but before their time; and of one that
        // was out
        // of sight it shows late
        boolean inTime = lived.compareTo(asked) >= 0 && lived.compareTo(asked.plus(LATE)) < 0;
        return new State.Watching(stream.version(), !inTime || stream.end() != WatchStream.End.CLOSED);
    }

    /** Tells whether a refusal means that no watch will ever begin at this version. */
    private boolean useless(ApiException e) {
        if (WatchStream.forgotten(e.code(), e.causedBy(WatchStream.TOO_LARGE))) {
            return true;
        }
        boolean passing = e.code() == 401 || e.code() == 403 || e.code() == 429 || e.code() == 503;
        fruitless = passing ? fruitless : fruitless + 1;
        boolean enough = fruitless >= FRUITLESS;
        fruitless = enough ? 0 : fruitless;
        return enough;
    }

    private Duration streamTime() {
        return STREAM.plusSeconds(scheduler.random().nextLong(STREAM.toSeconds()));
    }
}
