package io.operatorlib.testing.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Thrown in the test's thread when an operator did not come out whole; the message says how, under what, and how to see it again. */
public final class ChaosFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    private ChaosFailure(String message) {
        super(message);
    }

    /** Cuts a schedule down that failed, draws what happened, and says it all. */
    static <W> ChaosFailure of(Workload<W> workload, FaultFree<W> faultFree, Chaos.Played failed, Path folder) {
        long seed = failed.seed();
        var oracle = failed.verdict().oracle();
        var few = Shrinking.of(
                failed.schedule(),
                smaller -> Verdict.of(workload, faultFree, seed, smaller, null)
                        .oracle()
                        .equals(oracle));
        var lines = new ArrayList<String>();
        var verdict = Verdict.of(workload, faultFree, seed, few, lines::add);
        var failure = verdict.failure().or(failed.verdict()::failure).orElseThrow();
        var place = workload.name().replaceAll("\\W+", "-") + "-" + seed;
        var schedule = folder.resolve(place + ".schedule");
        var page = folder.resolve(place + ".html");
        try {
            Files.createDirectories(folder);
            Files.writeString(schedule, few + "\n");
            Files.writeString(page, Timeline.of(workload.name() + ", seed " + seed, few, failure.message(), lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ChaosFailure(String.join(
                "\n",
                failure.oracle() + ": " + failure.message().lines().findFirst().orElse(""),
                "  object    " + (failure.object().isEmpty() ? "see above" : failure.object()),
                "  workload  " + workload.name() + ", seed " + seed,
                "  suffices  " + few.steps().size() + " of "
                        + failed.schedule().steps().size() + " steps (at, lasts, choice, name; seconds)",
                few.toString().indent(12).stripTrailing(),
                "  again     -D" + Chaos.REPLAY + "='" + workload.name() + "/" + seed + "' -D" + Chaos.SCHEDULE + "="
                        + schedule.toAbsolutePath(),
                "  picture   " + page.toAbsolutePath(),
                failure.message(),
                "before it:",
                String.join("\n", verdict.events())));
    }
}
