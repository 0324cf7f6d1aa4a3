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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays a scenario once for each moment at which its operator can be harmed: before, after and without reply at every
 * effect of the fault-free run. After a crash the operator starts again at once or after a while, by turns.
 */
public final class CrashPoints {
    /** The system property that plays one run only and prints its events: {@code scenario/seed/effect:MOMENT}. */
    public static final String REPLAY = "operatorlib.sim.replay";

    /** How long a delayed restart takes: longer than any back-off or time-out that should have come in between. */
    private static final Duration DELAY = Duration.ofSeconds(45);

    /** Lines of the last events in a failure's message. */
    private static final int LINES = 40;

    private CrashPoints() {}

    /**
     * The system property that enumerates only every n-th of the effects, for a first look; the table then has fewer
     * runs than three for each effect.
     */
    public static final String EVERY = "operatorlib.sim.every";

    /** Enumerates, on as many threads as there are processors. */
    public static CrashTable of(String name, long seed, Scenario scenario) {
        return of(name, seed, Integer.getInteger(EVERY, 1), scenario);
    }

    /** Enumerates every n-th of the effects. */
    public static CrashTable of(String name, long seed, int step, Scenario scenario) {
        long begin = System.nanoTime();
        var replay = replayed(name, seed);
        var faultFree = play(new SimThreads(), seed, Optional.empty(), scenario);
        if (faultFree.failure() != null) {
            throw new SimulationFailure(
                    name + " fails without any crash, seed " + seed + ": " + faultFree.failure(), null);
        }
        int every = replay.isPresent() ? 1 : step;
        var points = new ArrayList<CrashPoint>();
        for (int effect = faultFree.before() + 1; effect <= faultFree.effects().size(); effect++) {
            if ((effect - faultFree.before() - 1) % every != 0) {
                continue;
            }
            for (var moment : CrashPoint.Moment.values()) {
                var restart = points.size() % 2 == 0 ? Duration.ZERO : DELAY;
                points.add(new CrashPoint(effect, moment, restart));
            }
        }
        replay.ifPresent(wanted -> points.removeIf(point -> !point.toString().startsWith(wanted)));
        var steps = new AtomicLong(faultFree.steps());
        var virtualNanos = new AtomicLong(faultFree.virtualTime().toNanos());
        var failures = enumerate(points, seed, scenario, faultFree.effects(), steps, virtualNanos, replay.isPresent());
        return new CrashTable(
                name,
                seed,
                faultFree
                        .effects()
                        .subList(faultFree.before(), faultFree.effects().size()),
                points.size(),
                failures,
                steps.get(),
                Duration.ofNanos(virtualNanos.get()),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private static List<CrashTable.Failure> enumerate(
            List<CrashPoint> points,
            long seed,
            Scenario scenario,
            List<String> effects,
            AtomicLong steps,
            AtomicLong virtualNanos,
            boolean aloud) {
        var queue = new ConcurrentLinkedQueue<>(points);
        var failures = new ConcurrentLinkedQueue<CrashTable.Failure>();
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            var worker = new Thread(
                    () -> {
                        var threads = new SimThreads();
                        for (var point = queue.poll(); point != null; point = queue.poll()) {
                            var run = play(threads, seed, Optional.of(point), scenario, aloud);
                            steps.addAndGet(run.steps());
                            virtualNanos.addAndGet(run.virtualTime().toNanos());
                            if (run.failure() != null) {
                                failures.add(
                                        new CrashTable.Failure(point, effects.get(point.effect() - 1), run.failure()));
                                threads = new SimThreads();
                            }
                        }
                        threads.close();
                    },
                    "crash-points-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        workers.forEach(CrashPoints::join);
        return failures.stream()
                .sorted(Comparator.comparing(
                                (CrashTable.Failure failure) -> failure.point().effect())
                        .thenComparing(failure -> failure.point().moment()))
                .toList();
    }

    private record Run(
            List<String> effects,
            int before,
            long steps,
            Duration virtualTime,
            @Nullable String failure) {}

    private static Run play(SimThreads threads, long seed, Optional<CrashPoint> point, Scenario scenario) {
        return play(threads, seed, point, scenario, false);
    }

    private static Run play(
            SimThreads threads, long seed, Optional<CrashPoint> point, Scenario scenario, boolean aloud) {
        var sim = Sim.sharing(threads, seed, point, aloud ? stdout()::println : null);
        String failure = null;
        try {
            scenario.play(sim);
            if (point.isPresent() && sim.effects().size() < point.get().effect()) {
                failure = "only " + sim.effects().size() + " effects: the run went another way before its crash point";
            }
        } catch (Exception | AssertionError e) {
            failure = report(sim, e);
        }
        var run = new Run(sim.effects(), sim.effectsBeforeCrashPoints(), sim.steps(), sim.elapsed(), failure);
        try {
            sim.close();
            return run;
        } catch (SimulationFailure e) {
            var message = failure == null ? e.toString() : failure;
            return new Run(run.effects(), run.before(), run.steps(), run.virtualTime(), message);
        }
    }

    private static String report(Sim sim, Throwable e) {
        var events = sim.lastEvents();
        var last = events.subList(Math.max(0, events.size() - LINES), events.size());
        var where = e instanceof SimulationFailure ? "" : "\n  at " + e.getStackTrace()[0];
        var cause = e.getCause() == null ? "" : "\n  cause: " + e.getCause();
        return e + where + cause + "\n  step " + sim.steps() + ", " + sim.elapsed()
                + " after the beginning; before it:\n    " + last.stream().collect(Collectors.joining("\n    "));
    }

    private static Optional<String> replayed(String name, long seed) {
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
            throw new IllegalStateException("interrupted while crash points were played", e);
        }
    }
}
