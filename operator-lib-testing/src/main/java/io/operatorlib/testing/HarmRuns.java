package io.operatorlib.testing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plays one scenario from one seed: once without any harm, to see where harm can be done, and once for each. */
final class HarmRuns {
    /** The system property that plays one run only and prints its events: {@code scenario/seed/number:WAY}. */
    static final String REPLAY = "operatorlib.sim.replay";

    /**
     * The system property that harms only every n-th of the moments, for a first look; the table then says that it is
     * a part of them.
     */
    static final String EVERY = "operatorlib.sim.every";

    /** Lines of the last events in a failure's message. */
    private static final int LINES = 40;

    private final String name;
    private final long seed;
    private final int every;
    private final Scenario scenario;
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong virtualNanos = new AtomicLong();

    HarmRuns(String name, long seed, Scenario scenario) {
        this(name, seed, 1, scenario);
    }

    /** @param every of so many moments one is harmed, where {@link #EVERY} does not say otherwise */
    HarmRuns(String name, long seed, int every, Scenario scenario) {
        this.name = name;
        this.seed = seed;
        this.every = every;
        this.scenario = scenario;
    }

    /**
     * Where harm can be done.
     *
     * @param all the moments of the fault-free run
     * @param before how many of them at its beginning are another scenario's
     */
    record Moments(List<String> all, int before, List<HarmPoint> points) {}

    /** Enumerates, on as many threads as there are processors. */
    HarmTable enumerate(String what, int ways, Function<Sim, Moments> of) {
        long begin = System.nanoTime();
        var moments = faultFree(of);
        var points = new ArrayList<>(moments.points());
        replayed()
                .ifPresentOrElse(
                        wanted -> points.removeIf(point -> !point.toString().startsWith(wanted)),
                        () -> points.removeIf(point ->
                                (point.number() - moments.before() - 1) % Integer.getInteger(EVERY, every) != 0));
        var failures = play(points, moments.all());
        return new HarmTable(
                name,
                seed,
                what,
                moments.all().subList(moments.before(), moments.all().size()),
                ways,
                points.size(),
                failures,
                steps.get(),
                Duration.ofNanos(virtualNanos.get()),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private Moments faultFree(Function<Sim, Moments> of) {
        var moments = new ArrayList<Moments>(1);
        var failure = play(new SimThreads(), Optional.empty(), sim -> moments.add(of.apply(sim)));
        if (failure.isPresent()) {
            throw new SimulationFailure(name + " fails without any harm, seed " + seed + ": " + failure.get(), null);
        }
        return moments.get(0);
    }

    private List<HarmTable.Failure> play(List<HarmPoint> points, List<String> moments) {
        var queue = new ConcurrentLinkedQueue<>(points);
        var failures = new ConcurrentLinkedQueue<HarmTable.Failure>();
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            var worker = new Thread(() -> playAll(queue, moments, failures), "harm-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        workers.forEach(HarmRuns::join);
        return failures.stream()
                .sorted(Comparator.comparing(
                                (HarmTable.Failure failure) -> failure.point().number())
                        .thenComparing(failure -> failure.point().toString()))
                .toList();
    }

    private void playAll(
            ConcurrentLinkedQueue<HarmPoint> points,
            List<String> moments,
            ConcurrentLinkedQueue<HarmTable.Failure> failures) {
        var threads = new SimThreads();
        for (var point = points.poll(); point != null; point = points.poll()) {
            var failure = play(threads, Optional.of(point), sim -> {});
            if (failure.isPresent()) {
                failures.add(new HarmTable.Failure(point, moments.get(point.number() - 1), failure.get()));
                threads = new SimThreads();
            }
        }
        threads.close();
    }

    /** Why a run did not end well; empty where it did, and then somebody looks at it first. */
    private Optional<String> play(SimThreads threads, Optional<HarmPoint> point, Consumer<Sim> look) {
        boolean aloud = point.isPresent() && replayed().isPresent();
        var sim = Sim.sharing(threads, seed, point, aloud ? stdout()::println : null);
        @Nullable String failure = null;
        try {
            scenario.play(sim);
            if (point.isPresent() && !sim.cameTo(point.get())) {
                failure = "the run went another way and never came there";
            }
            look.accept(sim);
        } catch (Exception | AssertionError e) {
            failure = report(sim, e);
        }
        steps.addAndGet(sim.steps());
        virtualNanos.addAndGet(sim.elapsed().toNanos());
        try {
            sim.close();
        } catch (SimulationFailure e) {
            failure = failure == null ? e.toString() : failure;
        }
        return Optional.ofNullable(failure);
    }

    private static String report(Sim sim, Throwable e) {
        var events = sim.lastEvents();
        var last = events.subList(Math.max(0, events.size() - LINES), events.size());
        var where = e instanceof SimulationFailure ? "" : "\n  at " + e.getStackTrace()[0];
        var cause = e.getCause() == null ? "" : "\n  cause: " + e.getCause();
        return e + where + cause + "\n  step " + sim.steps() + ", " + sim.elapsed()
                + " after the beginning; before it:\n    " + last.stream().collect(Collectors.joining("\n    "));
    }

    private Optional<String> replayed() {
        var wanted = System.getProperty(REPLAY, "");
        var prefix = name + "/" + seed + "/";
        return wanted.startsWith(prefix) ? Optional.of(wanted.substring(prefix.length())) : Optional.empty();
    }

    private static PrintStream stdout() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while runs were played", e);
        }
    }
}
