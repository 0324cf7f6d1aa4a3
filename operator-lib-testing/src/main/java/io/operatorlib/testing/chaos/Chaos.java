package io.operatorlib.testing.chaos;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.BlindSpots;
import io.operatorlib.testing.CrashPoints;
import io.operatorlib.testing.HarmTable;
import io.operatorlib.testing.Scenario;
import io.operatorlib.testing.Sim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Hurts an operator by seeds: each draws a schedule of faults and of a user's edits, and in the end everything must be
 * as desired, as it is without faults, and quiet.
 *
 * <p>A failure is cut down to the steps that it takes, and told with the seed, with how to see it again, with the
 * schedule as a file, and with a page that shows what happened when. The same seed gives the same run, bit for bit.
 */
public final class Chaos {
    /** The system property that says how many seeds. */
    public static final String SEEDS = "operatorlib.chaos.seeds";

    /** The system property with the first seed; 1 where it is not set. */
    public static final String FIRST = "operatorlib.chaos.first";

    /** The system property that plays one seed of one workload only, {@code name/seed}, and draws its page. */
    public static final String REPLAY = "operatorlib.chaos.replay";

    /** The system property with a schedule's file, which is played instead of the one that the seed draws. */
    public static final String SCHEDULE = "operatorlib.chaos.schedule";

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final int seeds;
    private final int faults;
    private final int edits;
    private final Duration over;
    private final Path folder;

    private Chaos(int seeds, int faults, int edits, Duration over, Path folder) {
        this.seeds = seeds;
        this.faults = faults;
        this.edits = edits;
        this.over = over;
        this.folder = folder;
    }

    /** That many seeds, each with eight faults and three edits over half an hour. */
    public static Chaos of(int seeds) {
        return new Chaos(seeds, 8, 3, Duration.ofMinutes(30), Path.of("target", "chaos"));
    }

    /** That many faults for each seed. */
    public Chaos faults(int count) {
        return new Chaos(seeds, count, edits, over, folder);
    }

    /** That many edits for each seed. */
    public Chaos edits(int count) {
        return new Chaos(seeds, faults, count, over, folder);
    }

    /** Spread over that much virtual time. */
    public Chaos over(Duration time) {
        return new Chaos(seeds, faults, edits, time, folder);
    }

    /** Where schedules and pages of failures are written. */
    public Chaos into(Path place) {
        return new Chaos(seeds, faults, edits, over, place);
    }

    /**
     * Kills the operator before and after each of its effects, and loses the reply to each, while the user makes each
     * edit once. The end must be as it is without harm.
     */
    public HarmTable crashPoints(Workload<?> workload) {
        return CrashPoints.of(workload.name(), 1, edits(workload, 1));
    }

    /**
     * Hides each event that watches tell the operator: holds it back, skips it until its object has changed again, and
     * starts the operator again at an API server that has not got so far; while the user makes each edit once. The end
     * must be as it is without harm.
     */
    public HarmTable blindSpots(Workload<?> workload) {
        return BlindSpots.of(workload.name(), 1, edits(workload, 1));
    }

    private static <W> Scenario edits(Workload<W> workload, long seed) {
        var trial = new Trial<>(workload);
        EndState one = faultFree(trial, seed);
        EndState other = faultFree(trial, seed ^ Verdict.ANOTHER);
        return sim -> {
            var differences = trial.playEdits(sim).differences(one, other);
            if (!differences.isEmpty()) {
                throw new AssertionError("another end than without harm: " + String.join("; ", differences));
            }
        };
    }

    private static EndState faultFree(Trial<?> trial, long seed) {
        try (var sim = Sim.seeded(seed)) {
            return trial.playEdits(sim);
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
        var wanted = seedsOf(workload.name());
        var waiting = new ConcurrentLinkedQueue<>(wanted);
        var verdicts = new ConcurrentLinkedQueue<Judged>();
        var workers = new ArrayList<Scheduler.Task>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            workers.add(scheduler.fork("chaos-" + i, () -> {
                for (var seed = waiting.poll(); seed != null; seed = waiting.poll()) {
                    verdicts.add(judged(workload, seed));
                    if (verdicts.stream()
                            .anyMatch(judged -> judged.verdict().failure().isPresent())) {
                        waiting.clear();
                    }
                }
            }));
        }
        workers.forEach(Chaos::join);
        verdicts.stream()
                .filter(judged -> judged.verdict().failure().isPresent())
                .min((a, b) -> Long.compare(a.seed(), b.seed()))
                .ifPresent(judged -> {
                    throw tell(workload, judged);
                });
        return report(workload.name(), List.copyOf(verdicts), scheduler.nanoTime() - began);
    }

    private record Judged(long seed, Schedule schedule, Verdict verdict) {}

    private <W> Judged judged(Workload<W> workload, long seed) {
        var schedule = schedule(workload, seed);
        try {
            return new Judged(seed, schedule, Verdict.of(workload, seed, schedule, null));
        } catch (RuntimeException | AssertionError e) {
            var verdict =
                    new Verdict(Optional.of("cannot be played: " + e), List.of(), Duration.ZERO, new Encounters());
            return new Judged(seed, schedule, verdict);
        }
    }

    private List<Long> seedsOf(String name) {
        var replay = System.getProperty(REPLAY, "");
        if (replay.startsWith(name + "/")) {
            return List.of(Long.parseLong(replay.substring(name.length() + 1)));
        }
        long first = Long.getLong(FIRST, 1);
        var all = new ArrayList<Long>();
        for (long seed = first; seed < first + seeds; seed++) {
            all.add(seed);
        }
        return all;
    }

    private Schedule schedule(Workload<?> workload, long seed) {
        var file = System.getProperty(SCHEDULE, "");
        if (!file.isEmpty()) {
            return Schedule.parse(orUnchecked(() -> Files.readString(Path.of(file))));
        }
        var names = workload.faults().stream().map(Fault::name).toList();
        return Schedule.draw(seed, names, faults, workload.editNames(), edits, over);
    }

    private <W> ChaosFailure tell(Workload<W> workload, Judged judged) {
        var oracle = judged.verdict().oracle();
        var few = Shrinking.of(
                judged.schedule(),
                smaller -> Verdict.of(workload, judged.seed(), smaller, null)
                        .oracle()
                        .equals(oracle));
        var lines = new ArrayList<String>();
        var verdict = Verdict.of(workload, judged.seed(), few, lines::add);
        var place = workload.name().replaceAll("\\W+", "-") + "-" + judged.seed();
        var schedule = folder.resolve(place + ".schedule");
        var page = folder.resolve(place + ".html");
        var failure = verdict.failure().or(judged.verdict()::failure).orElse("");
        orUnchecked(() -> {
            Files.createDirectories(folder);
            Files.writeString(schedule, few + "\n");
            return Files.writeString(
                    page, Timeline.of(workload.name() + ", seed " + judged.seed(), few, failure, lines));
        });
        return new ChaosFailure(String.join(
                "\n",
                failure.lines().findFirst().orElse(""),
                "  workload  " + workload.name() + ", seed " + judged.seed(),
                "  suffices  " + few.steps().size() + " of "
                        + judged.schedule().steps().size() + " steps" + " (at, lasts, choice, name; seconds)",
                few.toString().indent(12).stripTrailing(),
                "  again     -D" + REPLAY + "='" + workload.name() + "/" + judged.seed() + "' -D" + SCHEDULE + "="
                        + schedule.toAbsolutePath(),
                "  picture   " + page.toAbsolutePath(),
                failure,
                "before it:",
                String.join("\n", verdict.events())));
    }

    private static ChaosReport report(String name, List<Judged> all, long nanos) {
        Map<String, Integer> times = new TreeMap<>();
        Duration simulated = Duration.ZERO;
        var met = new Encounters();
        for (var judged : all) {
            met.add(judged.verdict().met());
            simulated = simulated.plus(judged.verdict().simulated());
            judged.schedule().steps().forEach(step -> times.merge(step.name(), 1, Integer::sum));
        }
        return new ChaosReport(name, all.size(), times, met.table(), simulated, Duration.ofNanos(nanos));
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

    /** A thing done with files. */
    private interface WithFiles<T> {
        T get() throws IOException;
    }

    private static <T> T orUnchecked(WithFiles<T> thing) {
        try {
            return thing.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
