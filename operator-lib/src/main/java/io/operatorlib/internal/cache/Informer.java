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
import java.util.Optional;
import java.util.TreeMap;
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
 *   <li>{@link #synced()} once the first list is in the store <em>and</em> its handlers have been told.
 *   <li>A stream that ends, however it ends, is taken up again where it ended. All is listed again only when the
 *       server has forgotten that version (HTTP 410; an ERROR 410 in the stream; a stream that ends without a word
 *       again and again), when it has never had it (a restored etcd, for which a server that was out of sight
 *       is asked), or when it refuses the watch again and again.
 *   <li>Failures, and streams that end at once, are followed by growing pauses with jitter; a server that says how long
 *       to wait is obeyed. The pauses start over when a stream has lasted or has brought something.
 *   <li>One object without a name, and one at which a handler throws, is reported and stops nothing else.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>One thread, one connection. Memory is the objects' text; events are handled one by one and never queued here.
 * While the API server does not answer the store is old; {@link #health()} says since when. An etcd that was restored
 * and has since come further than it was seen before is not told from one that was not.
 */
public final class Informer {
    /** Short: after a blip of the API server one is back at once. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(300);

    /** With jitter, an API server that came back is noticed within 15 s; a try in 10 s harms no server. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** A stream that lived so long was a real one, and may be opened anew without a pause. */
    static final Duration SHORT_STREAM = Duration.ofSeconds(1);

    /** Servers send a bookmark each minute: half as much again without a word is a dead connection. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(90);

    /** How long a stream is asked to last, at the least; up to twice that, so that streams do not end together. */
    static final Duration STREAM = Duration.ofMinutes(5);

    /** So many streams in a row that ended at once without a word: the version is of no use any more. */
    static final int FRUITLESS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Informer.class);

    private final KubeClient client;
    private final Scheduler scheduler;
    private final ListQuery query;
    private final Handlers handlers;
    private final Store store = new Store();
    private final Backoff backoff;
    private final Scheduler.Gate progress;
    private final AtomicReference<@Nullable ApiWatch> open = new AtomicReference<>();

    private int fruitless; // of the informer's thread

    private volatile boolean stopped;
    private volatile boolean synced;
    private volatile InformerHealth health;
    private volatile Scheduler.@Nullable Task task;

    private sealed interface State {
        /** Everything is to be listed. */
        record Listing() implements State {}

        /**
         * Everything up to the version is in the store.
         *
         * @param suspect whether the server was out of sight since, and may have come back with an older state
         */
        record Watching(String version, boolean suspect) implements State {}
    }

    public Informer(KubeClient client, Scheduler scheduler, ListQuery query, List<ChangeHandler> handlers) {
        this.client = client;
        this.scheduler = scheduler;
        this.query = query;
        this.handlers = new Handlers(query.kind().toString(), store, handlers);
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, scheduler.random());
        this.progress = scheduler.gate();
        this.health = new InformerHealth(query.kind().toString(), false, 0, "", scheduler.nanoTime());
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
        return health;
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
        long began = scheduler.nanoTime();
        var objects = new TreeMap<ResourceKey, StoredObject>();
        String version;
        try {
            version = client.list(
                    query, json -> handlers.read(json).ifPresent(object -> objects.put(object.key(), object)));
        } catch (ApiException | KubeApi.NoReplyException | CodecException e) {
            failed("list", e);
            return new State.Listing();
        }
        if (ResourceVersions.older(version, store.resourceVersion())) {
            LOG.warn(
                    "the API server has gone back in time kind={} from={} to={}",
                    query.kind(),
                    store.resourceVersion(),
                    version);
        }
        handlers.change(() -> store.replace(objects, version, began));
        if (!synced) {
            synced = true;
            LOG.debug("synced kind={} namespace={} objects={}", query.kind(), query.namespace(), objects.size());
        }
        progress.open();
        return new State.Watching(version, false);
    }

    private State watch(State.Watching from) throws InterruptedException {
        String version = from.version();
        var stream = new WatchStream(store, handlers, version);
        long opened = scheduler.nanoTime();
        try {
            if (wentBack(from)) {
                return new State.Listing();
            }
            follow(version, stream);
        } catch (ApiException e) {
            failed("watch", e);
            return useless(e) ? new State.Listing() : new State.Watching(stream.version(), true);
        } catch (KubeApi.NoReplyException e) {
            failed("watch", e);
            return new State.Watching(stream.version(), true);
        }
        return ended(stream, Duration.ofNanos(scheduler.nanoTime() - opened));
    }

    private void follow(String version, WatchStream stream) throws InterruptedException {
        try (ApiWatch watch = client.watch(query, version, streamTime())) {
            open.set(watch);
            well();
            while (!stopped && stream.takes(watch.next(LONGEST_SILENCE))) {
                backoff.reset();
            }
        } finally {
            open.set(null);
        }
    }

    /**
     * A server whose etcd was restored takes a watch from a version that it has not come to yet, and says nothing until
     * it has: so it is asked where it is.
     */
    private boolean wentBack(State.Watching from) {
        return from.suspect() && ResourceVersions.older(client.version(query), from.version());
    }

    private State ended(WatchStream stream, Duration lived) throws InterruptedException {
        boolean proper = lived.compareTo(SHORT_STREAM) >= 0;
        fruitless = proper || stream.brought() > 0 ? 0 : fruitless + 1;
        if (proper) {
            backoff.reset();
        }
        if (stream.end() == WatchStream.End.FORGOTTEN || fruitless >= FRUITLESS) {
            fruitless = 0;
            failed("watch", stream.problem().isEmpty() ? "streams end without a word" : stream.problem());
            return new State.Listing();
        }
        if (stream.end() == WatchStream.End.FAILED) {
            failed("watch", stream.problem());
        } else if (!proper) {
            pause(backoff.next());
        }
        return new State.Watching(stream.version(), stream.end() != WatchStream.End.CLOSED);
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

    private void well() {
        if (!health.well()) {
            health = new InformerHealth(query.kind().toString(), synced, 0, "", scheduler.nanoTime());
        }
    }

    private void failed(String what, RuntimeException why) throws InterruptedException {
        var asked = why instanceof ApiException e ? e.retryAfter() : Optional.<Duration>empty();
        failed(what, String.valueOf(why.getMessage()), asked.orElse(Duration.ZERO));
    }

    private void failed(String what, String why) throws InterruptedException {
        failed(what, why, Duration.ZERO);
    }

    private void failed(String what, String why, Duration atLeast) throws InterruptedException {
        if (stopped) {
            return;
        }
        Duration own = backoff.next();
        Duration wait = own.compareTo(atLeast) < 0 ? atLeast.plus(own) : own;
        health = new InformerHealth(
                query.kind().toString(), synced, backoff.failures(), what + ": " + why, health.since());
        LOG.warn(
                "an informer will try again verb={} kind={} namespace={} in={} problem={}",
                what,
                query.kind(),
                query.namespace(),
                wait,
                why);
        pause(wait);
    }

    private void pause(Duration time) throws InterruptedException {
        if (!stopped) {
            scheduler.sleep(time);
        }
    }
}
