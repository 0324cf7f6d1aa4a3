package io.operatorlib.internal.engine;

import io.operatorlib.Controller;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.internal.cache.Informer;
import io.operatorlib.internal.cache.InformerHealth;
import io.operatorlib.internal.json.Codec;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.leader.Leadership;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator at work.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  STARTING ── definitions served, all caches synced ──▶ WAITING ── {@link #lead} ──▶ RECONCILING
 *      │                                                    │                            │
 *      └─────────────────────────── stop ───────────────────┴────────────────────────────┴──▶ STOPPED
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>Nothing is reconciled before every cache that any controller looks at has synced and its handlers have run,
 *       and before this process leads. Each effect asks once more whether it does.
 *   <li>While the API server does not answer, or a cache does not sync, it keeps trying, and {@link #ready()} is false.
 *   <li>{@link #stop} returns within its time and a little: reconciles that have not ended by then are interrupted, and
 *       whether or not they heed it, nothing is written after it has returned.
 *   <li>All threads are daemons and end with it.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>It is started once. After a stop the operator value starts another.
 */
public final class Engine implements RunningOperator {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** A blip of the API server shorter than this does not make the operator unready. */
    private static final Duration LONGEST_TROUBLE = Duration.ofSeconds(30);

    /** How often one that waits for its caches says so. */
    private static final Duration SAY_SO = Duration.ofSeconds(30);

    /** An interrupted thread ends at once, unless it is in foreign hands. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final KubeApi kube;
    private final LedDoor door;
    private final Scheduler scheduler;
    private final Scheduler.Gate taken;
    private final Caches caches;
    private final List<ControllerLoop<?, ?>> loops = new ArrayList<>();
    private final Registration registration;
    private volatile Scheduler.@Nullable Task starter;
    private volatile State state = State.STARTING;

    /** Why a definition is not in place; empty where none was refused. */
    private volatile String refused = "";

    private enum State {
        STARTING,
        WAITING,
        RECONCILING,
        STOPPED
    }

    public Engine(
            String name,
            List<Controller<?, ?>> controllers,
            List<String> namespaces,
            Registration registration,
            Ports ports) {
        this.scheduler = ports.scheduler();
        this.registration = registration;
        this.kube = new MeteredDoor(ports.kube(), ports.meters());
        this.door = new LedDoor(kube);
        this.taken = scheduler.gate();
        var client = new KubeClient(door);
        this.caches = new Caches(client, scheduler, namespaces, ports.meters());
        var shared = new LoopParts(
                name,
                scheduler,
                client,
                new Codec(),
                caches,
                new Settled(),
                new EventRecorder(client, name),
                door,
                ports.meters(),
                ports.tracing());
        controllers.forEach(controller -> loops.add(new ControllerLoop<>(controller, shared)));
    }

    /** Begins; returns at once. */
    public Engine start() {
        starter = scheduler.fork("operator", () -> begin(ControllerLoop::start));
        return this;
    }

    /** Instead of {@link #start} and {@link #lead}: has each resource reconciled once, in a thread that then ends. */
    Scheduler.Task once() {
        lead(Leadership.uncontested());
        var task = scheduler.fork("operator", () -> begin(ControllerLoop::once));
        starter = task;
        return task;
    }

    /** What is done with each loop when all is known. */
    @FunctionalInterface
    private interface Work {
        void on(ControllerLoop<?, ?> loop) throws InterruptedException;
    }

    private void begin(Work work) {
        try {
            registration.run(kube, scheduler, problem -> refused = problem);
            caches.start();
            long began = scheduler.nanoTime();
            for (Informer informer : caches.informers()) {
                while (!informer.awaitSynced(SAY_SO) && state == State.STARTING) {
                    LOG.warn(
                            "waiting for a cache kind={} problem=\"{}\"",
                            informer.query().kind(),
                            informer.health().problem());
                }
            }
            LOG.info(
                    "followed kinds={} synced_after_ms={}",
                    caches.kinds(),
                    Duration.ofNanos(scheduler.nanoTime() - began).toMillis());
            if (!enter(State.STARTING, State.WAITING)) {
                return;
            }
            for (long ticket = taken.ticket(); !door.isLed(); ticket = taken.ticket()) {
                taken.await(ticket, SAY_SO);
            }
            if (enter(State.WAITING, State.RECONCILING)) {
                for (ControllerLoop<?, ?> loop : loops) {
                    work.on(loop);
                }
                LOG.info("reconciling controllers={}", loops.size());
                registration.migrate(door, scheduler);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean enter(State from, State to) {
        synchronized (loops) {
            if (state != from) {
                return false;
            }
            state = to;
            return true;
        }
    }

    /** Lets reconciles begin, now or as soon as the caches are synced, and have effects while that leadership lasts. */
    public Engine lead(Leadership leadership) {
        door.lead(leadership);
        taken.open();
        return this;
    }

    @Override
    public boolean stop(Duration atMost) throws InterruptedException {
        boolean ended = stopWork(atMost);
        caches.stop();
        return joinInformers(AFTER_INTERRUPT) && ended;
    }

    /** Stops what may have effects; what is followed is followed on until {@link #stop}. */
    boolean stopWork(Duration atMost) throws InterruptedException {
        synchronized (loops) {
            state = State.STOPPED;
        }
        loops.forEach(ControllerLoop::stop);
        Scheduler.Task starting = starter;
        if (starting != null) {
            starting.interrupt();
        }
        var tasks = new ArrayList<Scheduler.Task>();
        loops.forEach(loop -> tasks.addAll(loop.tasks()));
        boolean ended = join(tasks, atMost);
        loops.forEach(ControllerLoop::close);
        if (!ended) {
            tasks.forEach(Scheduler.Task::interrupt);
            ended = join(tasks, AFTER_INTERRUPT);
        }
        return ended && loops.stream().allMatch(ControllerLoop::ended);
    }

    private boolean join(List<Scheduler.Task> tasks, Duration atMost) throws InterruptedException {
        long end = scheduler.nanoTime() + atMost.toNanos();
        boolean ended = true;
        for (Scheduler.Task task : tasks) {
            ended &= task.join(left(end));
        }
        return ended;
    }

    private boolean joinInformers(Duration atMost) throws InterruptedException {
        long end = scheduler.nanoTime() + atMost.toNanos();
        boolean ended = true;
        for (Informer informer : caches.informers()) {
            ended &= informer.join(left(end));
        }
        return ended;
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - scheduler.nanoTime()));
    }

    @Override
    public boolean healthy() {
        return loops.stream().allMatch(ControllerLoop::healthy);
    }

    @Override
    public Optional<String> explain(String plural, ResourceKey key) {
        return loops.stream()
                .flatMap(loop -> loop.explain(plural, key).stream())
                .findFirst();
    }

    @Override
    public List<String> problems() {
        var problems = new ArrayList<String>();
        String refusal = refused;
        if (!refusal.isEmpty()) {
            problems.add(refusal);
        }
        for (Informer informer : caches.informers()) {
            InformerHealth health = informer.health();
            if (!followed(health)) {
                problems.add("cannot follow " + health.what() + ": " + health.problem());
            }
        }
        loops.forEach(loop -> problems.addAll(loop.problems()));
        return problems;
    }

    @Override
    public boolean ready() {
        return (state == State.WAITING || state == State.RECONCILING)
                && caches.informers().stream().map(Informer::health).allMatch(this::followed);
    }

    private boolean followed(InformerHealth health) {
        return health.well() || (health.synced() && scheduler.nanoTime() - health.since() < LONGEST_TROUBLE.toNanos());
    }
}
