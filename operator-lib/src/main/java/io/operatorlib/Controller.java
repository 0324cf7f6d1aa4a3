package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reconciler together with all that it is to be given: an immutable value. Each method returns a controller with one
 * thing more.
 *
 * @param kind the kind whose resources are reconciled
 * @param owned the objects that the resources own
 * @param watched other objects that the resources depend on
 * @param observations what is observed outside Kubernetes
 * @param performers who carries out acts
 * @param finalizers those that plans may keep on a resource
 * @param gauges what is measured of each resource
 * @param workers how many resources may be reconciled at the same time
 * @param deadline how long a reconcile may take, acts apart
 * @param reconciler the planner; null until {@link #reconcile} was called
 */
public record Controller<S, T>(
        Kind<S, T> kind,
        List<Selection<?, ?>> owned,
        List<Watched<S, T, ?, ?>> watched,
        List<Observation<S, T, ?>> observations,
        List<Performance<?, S, T>> performers,
        List<String> finalizers,
        Function<Resource<S, T>, List<Measure>> gauges,
        int workers,
        Duration deadline,
        @Nullable Reconciler<S, T> reconciler) {

    /** Reconciles wait for requests most of their time; more workers would mostly wait for the API server together. */
    public static final int WORKERS = 4;

    /** Long enough for a slow answer, short enough that a dead peer is told from a slow one within a few seconds. */
    public static final Duration OBSERVATION_DEADLINE = Duration.ofSeconds(5);

    /** Long enough for a plan of many steps at a slow API server, short enough that somebody still looks on. */
    public static final Duration DEADLINE = Duration.ofMinutes(2);

    /** An act is one request, or a few: who waits for more waits for something that does not come. */
    public static final Duration ACT_DEADLINE = Duration.ofSeconds(30);

    public Controller {
        owned = List.copyOf(owned);
        watched = List.copyOf(watched);
        observations = List.copyOf(observations);
        performers = List.copyOf(performers);
        finalizers = List.copyOf(finalizers);
        distinct(kind, owned.stream().map(Selection::seenAs).toList());
        distinct(kind, watched.stream().map(each -> each.selection().seenAs()).toList());
        if (workers < 1) {
            throw new IllegalArgumentException("a controller needs at least one worker, not " + workers);
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a reconcile needs some time, not " + deadline);
        }
    }

    // the reconciler asks by class
    private static void distinct(Kind<?, ?> kind, List<? extends Class<?>> seenAs) {
        if (new HashSet<>(seenAs).size() < seenAs.size()) {
            throw new IllegalArgumentException("the controller of " + kind
                    + " is told twice of objects of one class: see the one or the other as something else");
        }
    }

    /**
     * Objects that a resource depends on without owning them.
     *
     * @param relation which resources an object concerns
     */
    public record Watched<S, T, C extends KubernetesObject, V>(Selection<C, V> selection, Relation<S, T, V> relation) {}

    /** Which resources an object concerns. */
    public sealed interface Relation<S, T, V> {
        /** The object alone tells. */
        record Mapper<S, T, V>(Function<V, Set<ResourceKey>> keys) implements Relation<S, T, V> {}

        /** The resource tells, for example by a selector or by a name in its spec. */
        record Concerns<S, T, V>(BiPredicate<Resource<S, T>, V> test) implements Relation<S, T, V> {}
    }

    /**
     * Something observed outside Kubernetes.
     *
     * @param interval from the end of one observation to the beginning of the next: asked when an observation ends, and
     *     again whenever the resource is reconciled, so that a shorter one takes effect at once
     * @param deadline how long one observation may take
     */
    public record Observation<S, T, F>(
            Class<F> type,
            Function<Observed<S, T>, Duration> interval,
            Duration deadline,
            FactSource<S, T, F> source) {}

    /**
     * Who performs the acts of a family.
     *
     * @param family the acts' sealed type
     * @param deadline how long one act may take
     */
    public record Performance<A extends Act, S, T>(Class<A> family, Duration deadline, Performer<A, S, T> performer) {}

    /** Begins a controller. */
    public static <S, T> Controller<S, T> of(Kind<S, T> kind) {
        return new Controller<>(
                kind,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                none -> List.of(),
                WORKERS,
                DEADLINE,
                null);
    }

    /** Lets the reconciler see the objects of a type that the resource owns, and reconciles when one of them changes. */
    public Controller<S, T> owns(Class<? extends KubernetesObject> type) {
        return owns(Selection.of(type));
    }

    /** Lets the reconciler see the selected objects that the resource owns, and reconciles when one of them changes. */
    public Controller<S, T> owns(Selection<?, ?> selection) {
        return new Controller<>(
                kind,
                plus(owned, selection),
                watched,
                observations,
                performers,
                finalizers,
                gauges,
                workers,
                deadline,
                reconciler);
    }

    /**
     * Lets the reconciler see the objects of a type that say by themselves which resources they concern, wherever
     * those are, and reconciles those resources when one of the objects changes.
     */
    public <C extends KubernetesObject> Controller<S, T> watches(Class<C> type, Function<C, Set<ResourceKey>> mapper) {
        return watches(Selection.of(type), mapper);
    }

    /** As {@link #watches(Class, Function)}, of the selected objects. */
    public <C extends KubernetesObject, V> Controller<S, T> watches(
            Selection<C, V> selection, Function<V, Set<ResourceKey>> mapper) {
        return watches(new Watched<>(selection, new Relation.Mapper<S, T, V>(mapper)));
    }

    /**
     * Lets the reconciler see the objects of a type that concern the resource by a test, and reconciles it when one of
     * them changes. Each change of such an object puts the test to all resources.
     */
    public <C extends KubernetesObject> Controller<S, T> watches(
            Class<C> type, BiPredicate<Resource<S, T>, C> concerns) {
        return watches(Selection.of(type), concerns);
    }

    /** As {@link #watches(Class, BiPredicate)}, of the selected objects. */
    public <C extends KubernetesObject, V> Controller<S, T> watches(
            Selection<C, V> selection, BiPredicate<Resource<S, T>, V> concerns) {
        return watches(new Watched<>(selection, new Relation.Concerns<S, T, V>(concerns)));
    }

    private Controller<S, T> watches(Watched<S, T, ?, ?> more) {
        return new Controller<>(
                kind,
                owned,
                plus(watched, more),
                observations,
                performers,
                finalizers,
                gauges,
                workers,
                deadline,
                reconciler);
    }

    /** Observes something outside Kubernetes for each resource, again and again. */
    public <F> Controller<S, T> observe(Class<F> type, Duration interval, FactSource<S, T, F> source) {
        return observe(type, interval, OBSERVATION_DEADLINE, source);
    }

    /** Observes something outside Kubernetes for each resource, again and again, with a deadline of its own. */
    public <F> Controller<S, T> observe(
            Class<F> type, Duration interval, Duration deadline, FactSource<S, T, F> source) {
        return observe(new Observation<>(type, seen -> interval, deadline, source));
    }

    /** Observes something outside Kubernetes for each resource, at a pace that depends on what is seen of it. */
    public <F> Controller<S, T> observe(
            Class<F> type, Function<Observed<S, T>, Duration> interval, FactSource<S, T, F> source) {
        return observe(new Observation<>(type, interval, OBSERVATION_DEADLINE, source));
    }

    private Controller<S, T> observe(Observation<S, T, ?> more) {
        return new Controller<>(
                kind,
                owned,
                watched,
                plus(observations, more),
                performers,
                finalizers,
                gauges,
                workers,
                deadline,
                reconciler);
    }

    /** Has the acts of a family performed. */
    public <A extends Act> Controller<S, T> performs(Class<A> family, Performer<A, S, T> performer) {
        return performs(family, ACT_DEADLINE, performer);
    }

    /**
     * Has the acts of a family performed, each within a time of its own. A performer that takes longer is interrupted,
     * and the act is a failed one; whatever it does later, no step of that plan follows.
     */
    public <A extends Act> Controller<S, T> performs(Class<A> family, Duration deadline, Performer<A, S, T> performer) {
        var more = new Performance<>(family, deadline, performer);
        return new Controller<>(
                kind,
                owned,
                watched,
                observations,
                plus(performers, more),
                finalizers,
                gauges,
                workers,
                this.deadline,
                reconciler);
    }

    /**
     * Declares a finalizer that plans may keep on a resource. It is declared so that a plan for a deleted resource that
     * no longer names it takes it away, and nobody else's.
     */
    public Controller<S, T> finalizer(String name) {
        return new Controller<>(
                kind,
                owned,
                watched,
                observations,
                performers,
                plus(finalizers, name),
                gauges,
                workers,
                deadline,
                reconciler);
    }

    /**
     * Shows numbers about each resource as gauges, with its namespace and its name as tags, for as long as it is there.
     *
     * @param measures a pure function: asked whenever the resource is reconciled
     */
    public Controller<S, T> measure(Function<Resource<S, T>, List<Measure>> measures) {
        return new Controller<>(
                kind, owned, watched, observations, performers, finalizers, measures, workers, deadline, reconciler);
    }

    /** Reconciles up to that many resources at the same time; one resource is never reconciled twice at once. */
    public Controller<S, T> workers(int number) {
        return new Controller<>(
                kind, owned, watched, observations, performers, finalizers, gauges, number, deadline, reconciler);
    }

    /**
     * Gives each reconcile that much time, acts apart. One that takes longer is interrupted and counts as failed; from
     * then on it has no effect any more. One that does not end even so loses its thread, and harms only its own
     * resource; when many hang like that, the operator is no longer healthy.
     */
    public Controller<S, T> deadline(Duration time) {
        return new Controller<>(
                kind, owned, watched, observations, performers, finalizers, gauges, workers, time, reconciler);
    }

    /** Gives the controller its planner. */
    public Controller<S, T> reconcile(Reconciler<S, T> planner) {
        return new Controller<>(
                kind, owned, watched, observations, performers, finalizers, gauges, workers, deadline, planner);
    }

    private static <E> List<E> plus(List<E> list, E more) {
        var all = new ArrayList<>(list);
        all.add(more);
        return all;
    }
}
