package io.operatorlib.testing.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Cuts a schedule down to steps of which none can be left out: by halves, quarters and so on of what is left, as long as
 * the smaller one still fails in the same way (delta debugging, Zeller and Hildebrandt 2002).
 */
final class Shrinking {
    /** Runs before it counts as small enough: a run takes tenths of a second. */
    private static final int MOST_RUNS = 200;

    private final Predicate<Schedule> fails;
    private int runs;

    private Shrinking(Predicate<Schedule> fails) {
        this.fails = fails;
    }

    /** The smallest schedule that was found and still fails. */
    static Schedule of(Schedule schedule, Predicate<Schedule> fails) {
        return new Shrinking(fails).shrink(schedule);
    }

    private Schedule shrink(Schedule whole) {
        var left = whole;
        int parts = 2;
        while (!left.steps().isEmpty() && parts <= left.steps().size() * 2) {
            var smaller = withoutOnePart(left, Math.min(parts, left.steps().size()));
            if (smaller.isPresent()) {
                left = smaller.get();
                parts = Math.max(2, parts - 1);
            } else {
                parts *= 2;
            }
        }
        return left;
    }

    private Optional<Schedule> withoutOnePart(Schedule schedule, int parts) {
        for (List<Schedule.Step> part : parts(schedule.steps(), parts)) {
            var smaller = schedule.without(part);
            if (runs++ < MOST_RUNS && fails.test(smaller)) {
                return Optional.of(smaller);
            }
        }
        return Optional.empty();
    }

    private static List<List<Schedule.Step>> parts(List<Schedule.Step> steps, int count) {
        var parts = new ArrayList<List<Schedule.Step>>();
        for (int i = 0; i < count; i++) {
            parts.add(steps.subList(i * steps.size() / count, (i + 1) * steps.size() / count));
        }
        return parts;
    }
}
