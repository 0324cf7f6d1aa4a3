package io.operatorlib.testing.chaos;

import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workload under a schedule.
 *
 * <p><b>Flow.</b> The world is built and comes to what is desired; the schedule's steps begin and end; when the last is
 * over the world comes to what is desired once more, and then the operator is quiet.
 *
 * <p><b>Guarantees.</b> Thrown is what breaks a rule at any time, an exception that escapes a program or a reconcile, what
 * is desired and does not come in time, an effect where nothing has happened, a request that the operator's roles refuse,
 * an object that is made for an owner long gone.
 *
 * <p><b>Limits.</b> Eventually is {@link #CONVERGED}, and for ever is {@link #QUIET}: a proof this is not.
 */
final class Trial<W> {
    /** Longer than the longest back-off, a deadline and a replacement of anything one after the other. */
    private static final Duration CONVERGED = Duration.ofMinutes(15);

    /** Longer than what follows a last act by itself: an observation, a status, an Event. */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    /** Longer than any interval at which an operator looks at its world again. */
    private static final Duration QUIET = Duration.ofMinutes(10);

    private final Workload<W> workload;
    private final Map<String, Fault<W>> words;
    private @Nullable W present;

    Trial(Workload<W> workload) {
        this.workload = workload;
        this.words = workload.vocabulary();
    }

    private record Turn(Duration at, int step, boolean begins) {}

    /** Plays, and counts what the operator met; returns what is there in the end. */
    EndState play(Sim sim, Schedule schedule, Encounters met) {
        W world = begun(sim);
        Duration begin = sim.elapsed();
        var ends = new HashMap<Integer, Runnable>();
        var before = new HashMap<Integer, Integer>();
        for (Turn turn : turns(schedule)) {
            Duration wait = begin.plus(turn.at()).minus(sim.elapsed());
            if (!wait.isNegative() && !wait.isZero()) {
                sim.pass(wait);
            }
            var step = schedule.steps().get(turn.step());
            int tried = sim.tried().size();
            if (turn.begins()) {
                before.put(turn.step(), tried);
                sim.note((word(step).lasting() ? Timeline.BEGINS : Timeline.DOES) + step.name());
                ends.put(turn.step(), word(step).harm().on(sim, world, step.choices()));
            } else {
                int first = Objects.requireNonNull(before.get(turn.step()));
                met.count(step.name(), sim.tried().subList(first, tried));
                if (word(step).lasting()) {
                    sim.note(Timeline.ENDS + step.name());
                    Objects.requireNonNull(ends.get(turn.step())).run();
                }
            }
        }
        var end = ended(sim, world);
        met.countAll(sim.tried());
        return end;
    }

    /** Plays without faults, those edits one after the other; returns what is there in the end. */
    EndState playEdits(Sim sim, List<String> edits) {
        W world = begun(sim);
        edits.forEach(edit -> edit(sim, world, edit));
        return ended(sim, world);
    }

    /** On what a failure shows: on what is otherwise than without faults; empty where nothing can be said. */
    String showsOn(FaultFree<W> faultFree, List<String> edits) {
        var world = present;
        if (world == null) {
            return "";
        }
        List<EndState> expected;
        try {
            expected = faultFree.after(edits);
        } catch (AssertionError e) {
            return ""; // it does not end well without faults either
        }
        return EndState.of(workload.cluster(world)).differences(expected).stream()
                .findFirst()
                .orElse("");
    }

    /** Makes one edit; returns when it has come true. */
    void edit(Sim sim, W world, String name) {
        var step = new Schedule.Step(Duration.ZERO, Duration.ZERO, 0, name);
        var unused = word(step).harm().on(sim, world, step.choices());
        converge(sim, world);
    }

    /** Builds the world; returns when it is as desired. */
    W begun(Sim sim) {
        W world = workload.begin(sim);
        present = world;
        DeadOwners.in(sim, workload.cluster(world));
        sim.always(Verdict.NOTHING_ESCAPES, () -> {
            if (!sim.escaped().isEmpty()) {
                throw new AssertionError(sim.escaped().get(0));
            }
        });
        sim.describing(() -> "missing: " + workload.missing(world) + "\n");
        var choices = new Schedule.Step(Duration.ZERO, Duration.ZERO, 0, "begin").choices();
        workload.beginnings().forEach(act -> act.on(sim, world, choices));
        converge(sim, world);
        return world;
    }

    /** Waits for what is desired. */
    void converge(Sim sim, W world) {
        sim.eventually(CONVERGED, workload.wishes(), () -> workload.isAsWished(world));
    }

    private EndState ended(Sim sim, W world) {
        converge(sim, world);
        sim.pass(SETTLED);
        sim.eventually(CONVERGED, "the operator is back", sim::operatorRuns);
        sim.pass(SETTLED);
        sim.quiet(QUIET);
        converge(sim, world);
        var forbidden = workload.cluster(world).roleUse().forbidden();
        if (!forbidden.isEmpty()) {
            throw new AssertionError("the operator's roles refuse what it asks for: " + forbidden);
        }
        return EndState.of(workload.cluster(world));
    }

    private List<Turn> turns(Schedule schedule) {
        var turns = new ArrayList<Turn>();
        for (int i = 0; i < schedule.steps().size(); i++) {
            var step = schedule.steps().get(i);
            turns.add(new Turn(step.at(), i, true));
            turns.add(new Turn(step.at().plus(step.lasts()), i, false));
        }
        turns.sort(Comparator.comparing(Turn::at));
        return turns;
    }

    /** The fault or the edit that a step names. */
    Fault<W> word(Schedule.Step step) {
        var fault = words.get(step.name());
        if (fault == null) {
            throw new IllegalArgumentException("\"" + step.name() + "\" is neither a fault nor an edit of "
                    + workload.name() + ": " + words.keySet());
        }
        return fault;
    }

    /** Whether a step of the schedule takes something away for good. */
    boolean destroys(Schedule schedule) {
        return schedule.steps().stream().anyMatch(step -> word(step).destroys());
    }
}
