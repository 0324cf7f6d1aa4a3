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
    /** Three of four last so long: shorter than a lease, and longer than most time-outs. */
    private static final int SHORTEST_MILLIS = 500;

    private static final int LONG_MILLIS = 60_000;

    /** The others last longer than an operator goes without looking for itself where it hears nothing. */
    private static final int LONGEST_MILLIS = 240_000;

    /** A fault that an edit is to come into begins so long before it at the most. */
    private static final int BEFORE_EDIT_MILLIS = 2_000;

    /** One that what follows from an edit is to come into begins at most two to that power milliseconds after it. */
    private static final int AFTER_MILLIS_LOG2 = 15;

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
     * Draws that many faults and edits, spread over that time; but most of the faults come about an edit or soon after
     * another one, for most of the time an operator does nothing that they could meet.
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
        int eighth = random.nextInt(8);
        if (eighth < 5 && !edited.isEmpty()) {
            long edit = any(random, edited).at().toMillis();
            return within(over, eighth < 2 ? edit - random.nextInt(BEFORE_EDIT_MILLIS) : edit + soon(random));
        }
        if (eighth < 7 && !harmed.isEmpty()) {
            return within(over, any(random, harmed).at().toMillis() + soon(random));
        }
        return random.nextLong(over.toMillis());
    }

    private static Step any(SplittableRandom random, List<Step> steps) {
        return steps.get(random.nextInt(steps.size()));
    }

    // the first things follow within milliseconds, the last within half a minute: as many are met of each order of
    // magnitude
    private static long soon(SplittableRandom random) {
        return (long) Math.scalb(1 + random.nextDouble(), random.nextInt(AFTER_MILLIS_LOG2));
    }

    private static long within(Duration over, long millis) {
        return Math.max(0, Math.min(millis, over.toMillis() - 1));
    }

    private static long late(SplittableRandom random, Duration over) {
        return random.nextLong(over.toMillis() * LATE / 10, over.toMillis());
    }

    private static Step step(SplittableRandom random, List<String> names, long atMillis) {
        boolean longer = random.nextInt(4) == 0;
        return new Step(
                Duration.ofMillis(atMillis),
                Duration.ofMillis(
                        longer
                                ? random.nextInt(LONG_MILLIS, LONGEST_MILLIS)
                                : random.nextInt(SHORTEST_MILLIS, LONG_MILLIS)),
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
