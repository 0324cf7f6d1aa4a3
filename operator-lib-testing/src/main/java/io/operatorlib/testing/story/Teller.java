package io.operatorlib.testing.story;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Tells a story at a terminal, step by step, with the time that each step took. What goes on within a step is shown on
 * one line that is overwritten; where nobody watches a terminal, each change of it is a line of its own.
 */
public final class Teller {
    private static final Duration LOOK = Duration.ofMillis(50);

    /** Where each change makes a line, no more of them than one can read. */
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private final PrintStream out;
    private final boolean live;

    /**
     * A teller.
     *
     * @param live whether somebody watches a terminal
     */
    public Teller(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** What a step is waiting for. */
    public interface Goal {
        /** Tells whether it is reached. */
        boolean reached() throws Exception;
    }

    public void say(String line) {
        out.println(line);
    }

    /** Begins a chapter. */
    public void chapter(String title) {
        out.println();
        out.println(bold(title));
    }

    /**
     * Waits for a goal, showing what is going on.
     *
     * @param progress what to show meanwhile, in a few words
     * @return how long it took
     * @throws IllegalStateException if it is not reached in time, with the last progress
     */
    public Duration step(String what, Duration atMost, Supplier<String> progress, Goal goal) throws Exception {
        long begin = System.nanoTime();
        String shown = "";
        var printed = BETWEEN_LINES.negated();
        while (!goal.reached()) {
            var spent = Duration.ofNanos(System.nanoTime() - begin);
            String now = progress.get();
            if (spent.compareTo(atMost) > 0) {
                clear();
                throw new IllegalStateException(
                        "gave up after " + seconds(spent) + " waiting for: " + what + " (" + now + ")");
            }
            if (live) {
                out.print("\r\u001b[2K  … " + what + "  " + seconds(spent) + "  " + now);
                out.flush();
            } else if (!now.equals(shown) && spent.minus(printed).compareTo(BETWEEN_LINES) >= 0) {
                out.println("    " + seconds(spent) + "  " + now);
                shown = now;
                printed = spent;
            }
            Thread.sleep(LOOK.toMillis());
        }
        var spent = Duration.ofNanos(System.nanoTime() - begin);
        clear();
        done(what, spent);
        return spent;
    }

    public void done(String what, Duration time) {
        out.printf(Locale.ROOT, "  %s %-64s %8s%n", live ? "\u001b[32m✓\u001b[0m" : "✓", what, seconds(time));
    }

    public void note(String line) {
        out.println("    " + line);
    }

    private void clear() {
        if (live) {
            out.print("\r\u001b[2K");
        }
    }

    private String bold(String text) {
        return live ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    public static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
