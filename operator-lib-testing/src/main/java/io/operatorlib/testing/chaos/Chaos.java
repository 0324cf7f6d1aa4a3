package io.operatorlib.testing.chaos;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.BlindSpots;
import io.operatorlib.testing.CrashPoints;
import io.operatorlib.testing.HarmTable;
import io.operatorlib.testing.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;

/**
 * Hurts an operator by seeds: each draws a schedule of faults and of a user's edits, and in the end everything must be
 * as desired, as it is without faults, and quiet.
 *
 * <p>A failure is cut down to the steps that it takes, and told with the seed, with how to see it again, with the
 * schedule as a file, and with a page that shows what happened when. The same seed gives the same run, bit for bit.
 */
public final class Chaos {
    /** The system property that says how many seeds; with a dot and a workload's name after it, how many of that one. */
    public static final String SEEDS = "operatorlib.chaos.seeds";

    /** The system property with the first seed; 1 where it is not set. */
    public static final String FIRST = "operatorlib.chaos.first";

    /** The system property that plays one seed of one workload only, {@code name/seed}, and draws its page. */
    public static final String REPLAY = "operatorlib.chaos.replay";

    /** The system property with a schedule's file, which is played instead of the one that the seed draws. */
    public static final String SCHEDULE = "operatorlib.chaos.schedule";

    /** What befalls the operator itself comes more often than what befalls its world: there are more moments for it. */
    private static final int OFTEN = 3;

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final int seeds;
    private final int faults;
    private final int edits;
    private final Duration over;
    private final int every;
    private final Path folder;

    private Chaos(int seeds, int faults, int edits, Duration over, int every, Path folder) {
        this.seeds = seeds;
        this.faults = faults;
        this.edits = edits;
        this.over = over;
        this.every = every;
        this.folder = folder;
    }

    /** That many seeds, each with eight faults and three edits over half an hour. */
    public static Chaos of(int seeds) {
        return new Chaos(seeds, 8, 3, Duration.ofMinutes(30), 1, Path.of("target", "chaos"));
    }

    /** That many faults for each seed. */
    public Chaos faults(int count) {
        return new Chaos(seeds, count, edits, over, every, folder);
    }

    /** That many edits for each seed. */
    public Chaos edits(int count) {
        return new Chaos(seeds, faults, count, over, every, folder);
    }

    /** Spread over that much virtual time. */
    public Chaos over(Duration time) {
        return new Chaos(seeds, faults, edits, time, every, folder);
    }

    /** Harms at one of so many effects and events only, where a run takes long. */
    public Chaos every(int moments) {
        return new Chaos(seeds, faults, edits, over, moments, folder);
    }

    /** Where schedules and pages of failures are written. */
    public Chaos into(Path place) {
        return new Chaos(seeds, faults, edits, over, every, place);
    }

    /**
     * Kills the operator before and after each of its effects, and loses the reply to each, while the user makes each
     * edit once. The end must be as it is without harm, and nothing may be made that is not made without it.
     */
    public HarmTable crashPoints(Workload<?> workload) {
        return CrashPoints.of(workload.name(), 1, every, edits(workload));
    }

    /**
     * Hides each event that watches tell the operator: holds it back, skips it until its object has changed again, and
     * starts the operator again at an API server that has not got so far; while the user makes each edit once. The end
     * must be as it is without harm.
     */
    public HarmTable blindSpots(Workload<?> workload) {
        return BlindSpots.of(workload.name(), 1, BlindSpots.Ways.EACH, every, edits(workload));
    }

    private static <W> Scenario edits(Workload<W> workload) {
        var faultFree = new FaultFree<>(workload);
        var edits = workload.editNames();
        return sim -> {
            var end = new Trial<>(workload).playEdits(sim, edits);
            var expected = faultFree.after(edits);
            require(Verdict.SAME_END, end.differences(expected));
            require(Verdict.SAME_NUMBER, end.madeOtherwise(expected));
        };
    }

    private static void require(String oracle, List<String> otherwise) {
        if (!otherwise.isEmpty()) {
            throw new AssertionError(oracle + ", but " + String.join("; ", otherwise));
        }
    }

    /**
     * Plays the seeds, on as many threads as there are processors.
     *
     * @throws ChaosFailure with the first seed that failed
     */
    public ChaosReport play(Workload<?> workload) {
        return played(workload);
    }

    private <W> ChaosReport played(Workload<W> workload) {
        var scheduler = new RealScheduler();
        long began = scheduler.nanoTime();
        var faultFree = new FaultFree<>(workload);
        var waiting = new ConcurrentLinkedQueue<>(seedsOf(workload.name()));
        var played = new ConcurrentLinkedQueue<Played>();
        var workers = new ArrayList<Scheduler.Task>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            workers.add(scheduler.fork("chaos-" + i, () -> {
                for (var seed = waiting.poll(); seed != null; seed = waiting.poll()) {
                    var one = play(workload, faultFree, seed);
                    played.add(one);
                    if (one.verdict().failure().isPresent()) {
                        waiting.clear();
                    }
                }
            }));
        }
        workers.forEach(Chaos::join);
        played.stream()
                .filter(one -> one.verdict().failure().isPresent())
                .min(Comparator.comparing(Played::seed))
                .ifPresent(failed -> {
                    throw ChaosFailure.of(workload, faultFree, failed, folder);
                });
        return report(workload, List.copyOf(played), Duration.ofNanos(scheduler.nanoTime() - began));
    }

    /** What became of a seed. */
    record Played(long seed, Schedule schedule, Verdict verdict) {}

    private <W> Played play(Workload<W> workload, FaultFree<W> faultFree, long seed) {
        var schedule = schedule(workload, seed);
        try {
            return new Played(seed, schedule, Verdict.of(workload, faultFree, seed, schedule, null));
        } catch (RuntimeException | AssertionError e) {
            var failure = new Verdict.Failure("it can be played", "", "cannot be played: " + e);
            return new Played(
                    seed, schedule, new Verdict(Optional.of(failure), List.of(), Duration.ZERO, new Encounters()));
        }
    }

    private List<Long> seedsOf(String name) {
        var replay = System.getProperty(REPLAY, "");
        if (replay.startsWith(name + "/")) {
            return List.of(Long.parseLong(replay.substring(name.length() + 1)));
        }
        long first = Long.getLong(FIRST, 1);
        long count = Long.getLong(SEEDS + "." + name, seeds);
        return LongStream.range(first, first + count).boxed().toList();
    }

    private Schedule schedule(Workload<?> workload, long seed) {
        var file = System.getProperty(SCHEDULE, "");
        if (!file.isEmpty()) {
            try {
                return Schedule.parse(Files.readString(Path.of(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        var names = new ArrayList<String>();
        for (var fault : workload.faults()) {
            names.addAll(Collections.nCopies(fault.kind() == Fault.Kind.OPERATOR ? OFTEN : 1, fault.name()));
        }
        return Schedule.draw(seed, names, faults, workload.editNames(), edits, over);
    }

    private static ChaosReport report(Workload<?> workload, List<Played> all, Duration realTime) {
        Map<String, Integer> times = new TreeMap<>();
        var simulated = new ArrayList<Duration>();
        var met = new Encounters();
        for (var one : all) {
            met.add(one.verdict().met());
            simulated.add(one.verdict().simulated());
            one.schedule().steps().forEach(step -> times.merge(step.name(), 1, Integer::sum));
        }
        return new ChaosReport(
                workload.name(),
                all.size(),
                times,
                met.table(workload.faults()),
                met.missing(workload.faults()),
                simulated.stream().min(Comparator.naturalOrder()).orElse(Duration.ZERO),
                simulated.stream().reduce(Duration.ZERO, Duration::plus),
                realTime);
    }

    private static void join(Scheduler.Task worker) {
        try {
            boolean ended = worker.join(FOR_EVER);
            if (!ended) {
                throw new IllegalStateException("a seed is still played after " + FOR_EVER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while seeds were played", e);
        }
    }
}
