package io.operatorlib.testing;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One simulated run: an operator and its world as actors under one seed, in virtual time, and the rules that must hold.
 *
 * <p>The test's own thread is the driver: while it runs, everybody else stands still; they move while it waits in one
 * of {@link #eventually}, {@link #pass} and in the doors that it holds itself.
 */
public final class Sim implements AutoCloseable {
    private final long seed;
    private final SimThreads threads;
    private final boolean ownThreads;
    private final Kernel kernel;
    private final Effects effects;
    private final Sights sights;
    private final Network operatorNetwork;
    private Supplier<String> description = () -> "";
    private final List<SimProcess> operators = new ArrayList<>();
    private int incarnations;
    private @Nullable Duration absence;

    private Sim(long seed, @Nullable SimThreads threads, Optional<HarmPoint> point, @Nullable Consumer<String> sink) {
        this.seed = seed;
        this.ownThreads = threads == null;
        this.threads = threads == null ? new SimThreads() : threads;
        this.kernel = new Kernel(seed, this.threads, "test", sink);
        this.effects = new Effects(kernel, crashes(point));
        this.operatorNetwork = new Network(kernel);
        this.sights = new Sights(
                kernel,
                operatorNetwork,
                point.filter(BlindSpot.class::isInstance).map(BlindSpot.class::cast));
    }

    private static List<CrashPoint> crashes(Optional<HarmPoint> point) {
        if (point.orElse(null) instanceof CrashPair pair) {
            return List.of(pair.first(), pair.second());
        }
        return point.filter(CrashPoint.class::isInstance).map(CrashPoint.class::cast).stream()
                .toList();
    }

    /** A run without harm. */
    public static Sim seeded(long seed) {
        return new Sim(seed, null, Optional.empty(), null);
    }

    /** A run whose every event is given to the sink as a line. */
    public static Sim logged(long seed, Consumer<String> sink) {
        return new Sim(seed, null, Optional.empty(), sink);
    }

    /** A run that harms the operator at one point. */
    public static Sim crashing(long seed, CrashPoint point) {
        return new Sim(seed, null, Optional.of(point), null);
    }

    /** Such a run whose every event is given to the sink as a line. */
    public static Sim crashing(long seed, CrashPoint point, Consumer<String> sink) {
        return new Sim(seed, null, Optional.of(point), sink);
    }

    static Sim sharing(SimThreads threads, long seed, Optional<HarmPoint> point, @Nullable Consumer<String> sink) {
        return new Sim(seed, threads, point, sink);
    }

    public long seed() {
        return seed;
    }

    /** The driver's door to time, threads and randomness. What is forked from it is part of the world. */
    public Scheduler scheduler() {
        return kernel.driver().incarnation.scheduler();
    }

    /** Lets others have their turn before each request to a server: the way users and other programs reach it. */
    public KubeApi door(KubeApi server) {
        return driverPorts(() -> server).kubeApi();
    }

    /** The driver's own ports, without a way to Kubernetes: for doors to other systems. */
    public SimPorts ports() {
        return driverPorts(() -> {
            throw new IllegalStateException("these ports have no way to Kubernetes: use door(server)");
        });
    }

    private SimPorts driverPorts(Supplier<KubeApi> server) {
        return new SimPorts(
                kernel,
                kernel.driver().incarnation,
                server,
                new Effects(kernel, List.of()),
                Optional.empty(),
                new Network(kernel));
    }

    /** Starts a part of the world that never crashes: a controller, a kubelet, a user who does things now and then. */
    public void program(String name, Supplier<KubeApi> server, Program program) {
        begin(name, server, program, new Effects(kernel, List.of()), Optional.empty(), new Network(kernel));
    }

    /** Starts a program that faults can meet by itself, one of several that are alike for example. */
    public SimProcess process(String name, Supplier<KubeApi> server, Program program) {
        var network = new Network(kernel);
        var life = begin(name, server, program, new Effects(kernel, List.of()), Optional.empty(), network);
        return new SimProcess(kernel, life, network);
    }

    /**
     * Starts a program that is part of the operator, as one of ours in its pods is: its effects are numbered among the
     * operator's, and it is harmed around each of them. Whoever started it starts it again.
     *
     * @param counts which of its requests are effects; one that is sent again and again while nothing happens, the
     *     renewal of a Lease for example, is none
     * @param crashed what the world does when this has crashed
     */
    public SimProcess part(
            String name, Supplier<KubeApi> server, Program program, Predicate<ApiRequest> counts, Runnable crashed) {
        var network = new Network(kernel);
        var life = begin(name, server, program, effects.among(counts), Optional.empty(), network);
        life.whenCrashed(() -> kernel.fork(kernel.driver().incarnation, name + "-crashed", crashed));
        return new SimProcess(kernel, life, network);
    }

    /**
     * Starts the operator; it starts again after each crash.
     *
     * @param server makes an incarnation's way to the API server
     */
    public void operator(Supplier<KubeApi> server, Program program) {
        operator(server, program, request -> true);
    }

    /**
     * Starts the operator, or one more replica of it; it starts again after each crash.
     *
     * @param server makes an incarnation's way to the API server
     * @param counts which of its requests are effects; one that is sent again and again while nothing happens, the
     *     renewal of a Lease for example, is none
     */
    public void operator(Supplier<KubeApi> server, Program program, Predicate<ApiRequest> counts) {
        operator(server, program, effects.among(counts), new Network(kernel, operatorNetwork));
    }

    private void operator(Supplier<KubeApi> server, Program program, Effects whose, Network network) {
        var next = begin("operator-" + ++incarnations, server, program, whose, Optional.of(sights), network);
        var process = new SimProcess(kernel, next, network);
        operators.add(process);
        next.whenCrashed(() -> {
            operators.remove(process);
            kernel.fork(kernel.driver().incarnation, "restart", () -> {
                var wait = absence == null ? whose.restart() : absence;
                absence = null;
                try {
                    scheduler().sleep(wait);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts the restart", e);
                }
                operator(server, program, whose, network);
            });
        });
    }

    private Incarnation begin(
            String name,
            Supplier<KubeApi> server,
            Program program,
            Effects whose,
            Optional<Sights> seen,
            Network network) {
        var incarnation = new Incarnation(kernel, name, kernel.newRandom());
        var ports = new SimPorts(kernel, incarnation, server, whose, seen, network);
        kernel.fork(incarnation, "main", () -> {
            try {
                program.start(ports);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(name + " did not start", e);
            }
        });
        return incarnation;
    }

    /** The incarnations of the operator that live now: one, or one for each replica, or none. */
    public List<SimProcess> operators() {
        return List.copyOf(operators);
    }

    /** Whether an incarnation of the operator lives now. */
    public boolean operatorRuns() {
        return !operators.isEmpty();
    }

    /** Crashes the operator now; it starts again after the crash point's delay, or at once. */
    public void crash() {
        if (incarnations == 0) {
            throw new IllegalStateException("no operator was started");
        }
        operators().forEach(SimProcess::crash);
    }

    /** Crashes the operator now; it starts again after that time. */
    public void crash(Duration away) {
        absence = away;
        crash();
    }

    /**
     * Harms the operator around some of its effects to come, until what is given ends that.
     *
     * @param passedOver asked each time how many effects come before the one that is harmed
     * @param moment asked each time how
     */
    public Runnable harm(IntSupplier passedOver, Supplier<CrashPoint.Moment> moment) {
        return effects.harm(passedOver, moment);
    }

    /** Puts a fault between the operator and the API server. */
    public void begin(ApiFault fault) {
        operatorNetwork.add(fault);
    }

    public void end(ApiFault fault) {
        operatorNetwork.remove(fault);
    }

    /** The effects of the operator so far, in order, over all its incarnations. */
    public List<String> effects() {
        return effects.done();
    }

    /** Tells of each effect of the operator outside of Kubernetes when it takes place, in the turn of the one whose it is. */
    public void observeActs(Consumer<String> observer) {
        effects.observeActs(observer);
    }

    /**
     * The effects that the operator has tried so far, in order, over all its incarnations: those above, and those that
     * a fault between it and the API server refused or lost on their way. Grows while the run goes on.
     */
    public List<String> tried() {
        return effects.tried();
    }

    /** What watches have told the operator so far, in order, over all its incarnations. */
    public List<String> events() {
        return sights.told();
    }

    /** Leaves what has happened so far out of the enumeration of harms: another scenario has it. */
    public void harmBeginsHere() {
        effects.beginHere();
        sights.beginHere();
    }

    /** Tells whether the run has come as far as that point. */
    boolean cameTo(HarmPoint point) {
        return point.number() <= (point instanceof BlindSpot ? sights.told().size() : effects.count());
    }

    int eventsBeforeBlindSpots() {
        return sights.before();
    }

    int effectsBeforeCrashPoints() {
        return effects.before();
    }

    /** How many incarnations of the operator there were. */
    public int incarnations() {
        return incarnations;
    }

    /** A rule about the world: checked between any two steps of which the first changed it. It calls no door. */
    public void always(String name, Runnable check) {
        kernel.check(name, check);
    }

    /** Describes the world in the report of what did not come in time; it calls no door. */
    public void describing(Supplier<String> words) {
        description = words;
    }

    /** Tells that something changed that the simulation cannot see, so that rules and awaited conditions are looked at. */
    public void changed() {
        kernel.changed();
    }

    /** Lets the others run until the condition holds; it calls no door. */
    public void eventually(Duration atMost, String name, BooleanSupplier condition) {
        if (!kernel.runUntil(name, condition, atMost)) {
            throw new SimulationFailure(
                    "what is desired comes",
                    "not within " + atMost + " of virtual time: " + name + "\n" + description.get() + kernel.waiting(),
                    null);
        }
    }

    /** Lets the others run for that much virtual time. */
    public void pass(Duration time) {
        var unused = kernel.runUntil("time to pass", () -> false, time);
    }

    /** Lets virtual time pass, in which the operator has no effect at all. */
    public void quiet(Duration time) {
        int before = effects.count();
        pass(time);
        if (effects.count() > before) {
            throw new SimulationFailure(
                    "nothing is written where nothing has happened",
                    "effects in a steady state: " + effects.done().subList(before, effects.count()),
                    null);
        }
    }

    /** Whose turn it is: the name of an incarnation, {@code operator-2} for example. */
    public String acting() {
        return kernel.current().incarnation.name();
    }

    /**
     * What code of programs has thrown and a library has caught, so that the program goes on, in order: mistakes of that
     * code, and no answers of the world.
     */
    public List<String> escaped() {
        return kernel.escaped();
    }

    /** Virtual time since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(kernel.nanos());
    }

    /** Steps so far: how often an actor came to a door. */
    public long steps() {
        return kernel.steps();
    }

    /** The digest of everything that happened. */
    public long hash() {
        return kernel.log.hash();
    }

    /** Writes into the log of what happens. */
    public void note(String what) {
        kernel.log(what, 0);
    }

    /** What happened last, for the report of a failure. */
    public List<String> lastEvents() {
        return kernel.log.lastLines();
    }

    @Override
    public void close() {
        kernel.close();
        if (ownThreads) {
            threads.close();
        }
    }
}
