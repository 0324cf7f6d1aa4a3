package io.operatorlib.testing.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What is done to an operator and when, as a list that can be drawn from a seed, cut down, written and read. Its text
 * has a line for each step: {@code <at> <lasts> <choice> <name>}, times in seconds.
 */
record Schedule(List<Step> steps) {
    /** Harms last so long, one with another: shorter than a lease, and longer than most time-outs. */
    private static final int SHORTEST_MILLIS = 500;

    private static final int LONGEST_MILLIS = 60_000;

    /** A fault of which an edit is to come to feel something begins so long before it at the most, or after it. */
    private static final int BEFORE_EDIT_MILLIS = 20_000;

    private static final int AFTER_EDIT_MILLIS = 15_000;

    /** Most of them begin so short a time before it: what follows from an edit is over in a few seconds. */
    private static final int JUST_BEFORE_EDIT_MILLIS = 2_000;

    /** One fault comes after so many tenths of the time, so that it is not over before. */
    private static final int LATE = 8;

    /**
     * One harm, or one edit of a user.
     *
     * @param at when, after the world has converged for the first time
     * @param lasts for how long, where it lasts
     * @param choice the seed of what it chooses
     * @param name of the fault or the edit
     */
    record Step(Duration at, Duration lasts, int choice, String name) {
        RandomGenerator choices() {
            return new SplittableRandom(choice);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f %.3f %d %s", seconds(at), seconds(lasts), choice, name);
        }

        private static double seconds(Duration time) {
            return time.toMillis() / 1e3;
        }
    }

    Schedule {
        steps = List.copyOf(steps);
    }

    /** Nothing is done. */
    static Schedule empty() {
        return new Schedule(List.of());
    }

    /**
     * Draws that many faults and edits, spread over that time; but half of the faults come about an edit, for most of the
     * time nothing happens that they could meet, and some while another one lasts.
     */
    static Schedule draw(
            long seed, List<String> faults, int faultCount, List<String> edits, int editCount, Duration over) {
        var random = new SplittableRandom(seed);
        var steps = new ArrayList<Step>();
        for (int i = 0; i < editCount && !edits.isEmpty(); i++) {
            steps.add(step(random, edits, random.nextLong(over.toMillis())));
        }
        var edited = List.copyOf(steps);
        for (int i = 0; i < faultCount; i++) {
            boolean last = i == faultCount - 1;
            var harmed = steps.subList(edited.size(), steps.size());
            steps.add(step(random, faults, last ? late(random, over) : at(random, edited, harmed, over)));
        }
        steps.sort(Comparator.comparing(Step::at));
        return new Schedule(steps);
    }

    private static long at(SplittableRandom random, List<Step> edited, List<Step> harmed, Duration over) {
        int sixth = random.nextInt(6);
        if (sixth < 3 && !edited.isEmpty()) {
            return about(random, edited.get(random.nextInt(edited.size())), sixth < 2, over);
        }
        if (sixth == 3 && !harmed.isEmpty()) {
            var other = harmed.get(random.nextInt(harmed.size()));
            long at = other.at().toMillis() + random.nextLong(other.lasts().toMillis());
            return Math.min(at, over.toMillis() - 1);
        }
        return random.nextLong(over.toMillis());
    }

    private static long late(SplittableRandom random, Duration over) {
        return random.nextLong(over.toMillis() * LATE / 10, over.toMillis());
    }

    private static long about(SplittableRandom random, Step edit, boolean justBefore, Duration over) {
        int from = justBefore ? -JUST_BEFORE_EDIT_MILLIS : -BEFORE_EDIT_MILLIS;
        long at = edit.at().toMillis() + random.nextInt(from, justBefore ? 0 : AFTER_EDIT_MILLIS);
        return Math.max(0, Math.min(at, over.toMillis() - 1));
    }

    private static Step step(SplittableRandom random, List<String> names, long atMillis) {
        return new Step(
                Duration.ofMillis(atMillis),
                Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS)),
                random.nextInt(1_000_000),
                names.get(random.nextInt(names.size())));
    }

    /** What is left without those steps. */
    Schedule without(List<Step> others) {
        return new Schedule(
                steps.stream().filter(step -> !others.contains(step)).toList());
    }

    /** The steps of those names only. */
    Schedule only(List<String> names) {
        return new Schedule(
                steps.stream().filter(step -> names.contains(step.name())).toList());
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if a line is not a step
     */
    static Schedule parse(String text) {
        return new Schedule(text.lines()
                .filter(line -> !line.isBlank())
                .map(Schedule::parseStep)
                .toList());
    }

    private static Step parseStep(String line) {
        var words = line.trim().split(" ", 4);
        try {
            return new Step(seconds(words[0]), seconds(words[1]), Integer.parseInt(words[2]), words[3]);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "not a step of a schedule, \"<at> <lasts> <choice> <name>\" with times in seconds: " + line, e);
        }
    }

    private static Duration seconds(String text) {
        return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1e3));
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
    }
}
