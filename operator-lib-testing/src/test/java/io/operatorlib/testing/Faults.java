package io.operatorlib.testing;

import java.time.Duration;
import java.util.Random;

/** What may be wrong between an operator and the API server, drawn from a seed. */
public final class Faults {
    private static final int LONGEST_DELAY_MILLIS = 2_000;
    private static final int LONGEST_LAG_MILLIS = 500;

    private Faults() {}

    public static ApiFault any(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> new ApiFault.Partition();
            case 1 -> new ApiFault.CutWatches();
            case 2 -> new ApiFault.FreezeWatches();
            case 3 -> new ApiFault.LagWatches(Duration.ofMillis(1 + random.nextInt(LONGEST_LAG_MILLIS)));
            case 4 -> ApiFault.LoseReplies.ofWrites();
            case 5 -> ApiFault.Refuse.conflicts();
            case 6 -> ApiFault.Refuse.internalErrors();
            case 7 -> ApiFault.Refuse.tooManyRequests(Duration.ofSeconds(3));
            case 8 -> ApiFault.Refuse.expired();
            default -> new ApiFault.Delay(Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS)));
        };
    }
}
