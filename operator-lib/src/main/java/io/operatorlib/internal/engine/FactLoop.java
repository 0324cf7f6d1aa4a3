package io.operatorlib.internal.engine;

import io.operatorlib.Controller;
import io.operatorlib.Fact;
import io.operatorlib.Observed;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.engine.FactTable.Flight;
import io.operatorlib.internal.engine.FactTable.Slot;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes what is outside Kubernetes, in the background, one thread for each observation; {@link FactTable} says when.
 */
final class FactLoop<S, T> implements PlanExecutor.Acts {
    private static final Logger LOG = LoggerFactory.getLogger(FactLoop.class);

    /** A source that is asked more often than this does nothing else. */
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);

    /** For an observation that ended without knowing its own. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private static final Duration IDLE_WAIT = Duration.ofHours(1);

    private final Map<Class<?>, Controller.Observation<S, T, ?>> observations = new LinkedHashMap<>();
    private final Scheduler scheduler;
    private final Observer<S, T> observer;
    private final Outcomes outcomes;
    private final Consumer<ResourceKey> changed;
    private final Consumer<ResourceKey> sameAfterFailure;
    private final FactTable table = new FactTable();
    private final Scheduler.Gate gate;
    private volatile boolean stopped;

    FactLoop(
            Controller<S, T> controller,
            Scheduler scheduler,
            Observer<S, T> observer,
            Outcomes outcomes,
            Consumer<ResourceKey> changed,
            Consumer<ResourceKey> sameAfterFailure) {
        controller.observations().forEach(observation -> observations.put(observation.type(), observation));
        this.scheduler = scheduler;
        this.observer = observer;
        this.outcomes = outcomes;
        this.changed = changed;
        this.sameAfterFailure = sameAfterFailure;
        this.gate = scheduler.gate();
    }

    Optional<Scheduler.Task> start(String name) {
        return observations.isEmpty() ? Optional.empty() : Optional.of(scheduler.fork(name, this::run));
    }

    void stop() {
        stopped = true;
        gate.open();
    }

    /** What is known of a resource, by the names of the facts. */
    Map<String, Fact<?>> shown(ResourceKey key) {
        var facts = new LinkedHashMap<String, Fact<?>>();
        observations.keySet().forEach(type -> facts.put(type.getSimpleName(), shown(key, type)));
        return facts;
    }

    /** Tells whether an answer about a resource is still to come. */
    boolean asking(ResourceKey key) {
        return shown(key).values().stream()
                .anyMatch(fact -> fact instanceof Fact.Unknown<?> unknown && unknown.asking());
    }

    Fact<?> shown(ResourceKey key, Class<?> type) {
        return table.shown(new Slot(key, type));
    }

    void track(ResourceKey key) {
        long now = scheduler.nanoTime();
        observations.forEach((type, observation) -> table.track(new Slot(key, type), observation.deadline(), now));
        gate.open();
    }

    void forget(ResourceKey key) {
        observations.keySet().forEach(type -> table.forget(new Slot(key, type)));
    }

    @Override
    public void begin(ResourceKey key) {
        observations.keySet().forEach(type -> table.actBegins(new Slot(key, type)));
    }

    @Override
    public void end(ResourceKey key, boolean failed) {
        long now = scheduler.nanoTime();
        observations.keySet().forEach(type -> table.actEnds(new Slot(key, type), failed, now));
        gate.open();
    }

    /** Takes over the intervals that fit what is seen now. */
    void pace(Observed<S, T> seen) {
        if (observations.isEmpty()) {
            return;
        }
        long now = scheduler.nanoTime();
        observations.forEach((type, observation) ->
                table.pace(new Slot(seen.resource().key(), type), interval(observation, seen), now));
        gate.open();
    }

    boolean stuck() {
        return table.stuck();
    }

    private void run() {
        try {
            while (!stopped) {
                long ticket = gate.ticket();
                long now = scheduler.nanoTime();
                giveUp(now);
                for (var next = table.begin(now); next.isPresent(); next = table.begin(now)) {
                    launch(next.get());
                }
                gate.await(ticket, Duration.ofNanos(table.idleFor(now, IDLE_WAIT.toNanos())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        table.inFlight().forEach(Flight::interrupt);
    }

    private void launch(Flight flight) {
        flight.carriedBy(scheduler.fork("fact-" + flight.slot().type().getSimpleName(), () -> fly(flight)));
    }

    private void giveUp(long now) {
        for (var late : table.giveUp(RETRY_INTERVAL, now)) {
            Slot slot = late.flight().slot();
            LOG.warn(
                    "an observation takes too long object={} fact={}",
                    slot.key(),
                    slot.type().getSimpleName());
            late.flight().interrupt();
            if (late.changed()) {
                changed.accept(slot.key());
            }
        }
    }

    private void fly(Flight flight) {
        Slot slot = flight.slot();
        var observation = observations.get(slot.type());
        @Nullable Observed<S, T> seen = null;
        Fact<?> fact;
        try {
            var snapshot = observer.observe(slot.key(), outcomes.of(slot.key()), this::shown);
            seen = snapshot.map(Snapshot::seen).orElse(null);
            fact = seen == null || observation == null
                    ? Fact.unknown("the resource is gone")
                    : known(observation.source().observe(seen));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fact = Fact.unknown("interrupted");
        } catch (Exception e) {
            scheduler.caught("the observation of " + slot.type().getSimpleName() + " of " + slot.key(), e);
            fact = Fact.unknown(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Duration interval = seen == null || observation == null ? RETRY_INTERVAL : interval(observation, seen);
        switch (table.end(flight, fact, interval, scheduler.nanoTime())) {
            case CHANGED -> changed.accept(slot.key());
            case SAME_AFTER_FAILURE -> sameAfterFailure.accept(slot.key());
            case NONE -> {}
        }
        gate.open();
    }

    private static <F> Fact<F> known(@Nullable F value) {
        return value == null ? Fact.unknown("the source gave no answer") : Fact.known(value);
    }

    private static <S, T> Duration interval(Controller.Observation<S, T, ?> observation, Observed<S, T> seen) {
        try {
            Duration interval = observation.interval().apply(seen);
            return interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
        } catch (RuntimeException e) {
            LOG.warn("an interval cannot be told fact={}", observation.type().getSimpleName(), e);
            return RETRY_INTERVAL;
        }
    }
}
