package io.operatorlib.postgres.story;

import io.operatorlib.postgres.PostgresOperator;
import io.operatorlib.testing.story.Teller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measures from the loss of a primary to the first write that its successor acknowledges; nine times, unless told otherwise. */
public final class FailoverTimes {
    private static final int TIMES = 9;

    private FailoverTimes() {}

    public static void main(String[] args) throws Exception {
        int times = args.length == 0 ? TIMES : Integer.parseInt(args[0]);
        var lost = new ArrayList<Duration>();
        var teller = new Teller(System.out, false);
        Site.tell(Machine.needed(), PostgresOperator.class, 1, teller, (stage, story, network) -> {
            story.create();
            try (var writer = story.writer()) {
                while (lost.size() < times) {
                    lost.add(story.loseData(writer));
                }
                teller.note(writer.count() + " writes acknowledged, "
                        + writer.stopAndFindLost().size() + " lost");
            }
        });
        System.out.println("from the loss to the first write by the next primary, Lease of 5 s: " + said(lost));
    }

    private static String said(List<Duration> times) {
        var sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return String.format(
                Locale.ROOT,
                "median %.2f s, least %.2f s, most %.2f s, of %d",
                sorted.get(sorted.size() / 2).toMillis() / 1000.0,
                sorted.get(0).toMillis() / 1000.0,
                sorted.get(sorted.size() - 1).toMillis() / 1000.0,
                sorted.size());
    }
}
