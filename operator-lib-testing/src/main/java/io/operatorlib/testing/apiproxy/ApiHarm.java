package io.operatorlib.testing.apiproxy;

import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.apiserver.Call;
import java.time.Duration;
import java.util.function.Predicate;

/** What may go wrong for a while between a program and its API server, each under a name: what chance chooses from. */
public enum ApiHarm {
    CONFLICTS("writes are answered 409"),
    TOO_MANY_REQUESTS("requests are answered 429"),
    INTERNAL_ERRORS("requests are answered 500"),
    UNAVAILABLE("writes are answered 503"),
    LOST_REPLIES("replies to writes are lost"),
    LATE_REPLIES("replies come late"),
    CUT_WATCHES("watches are cut"),
    SILENT_WATCHES("watches are silent"),
    LATE_WATCHES("watches are late"),
    SKIPPED_EVENTS("events never come, and then 410");

    /** Long enough for others to be faster, short enough to be waited for. */
    private static final Duration LATE = Duration.ofMillis(500);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String words;

    ApiHarm(String words) {
        this.words = words;
    }

    /** What it is, for people. */
    public String words() {
        return words;
    }

    /** Tells whether it is done to watches, and to nothing else. */
    public boolean ofWatches() {
        return compareTo(CUT_WATCHES) >= 0;
    }

    /**
     * Begins it.
     *
     * @param which requests meet it, of those that it is for
     * @return what ends it
     */
    public Rule begin(ApiProxy proxy, Predicate<Call> which) {
        return proxy.on(call -> call.verb().equals("watch") == ofWatches() && which.test(call))
                .meet(fault());
    }

    private ApiFault fault() {
        return switch (this) {
            case CONFLICTS -> ApiFault.Refuse.conflicts();
            case TOO_MANY_REQUESTS -> ApiFault.Refuse.tooManyRequests(RETRY_AFTER);
            case INTERNAL_ERRORS -> ApiFault.Refuse.internalErrors();
            case UNAVAILABLE -> ApiFault.Refuse.writes();
            case LOST_REPLIES -> ApiFault.LoseReplies.ofWrites();
            case LATE_REPLIES -> new ApiFault.SlowReplies(LATE);
            case CUT_WATCHES -> new ApiFault.CutWatches();
            case SILENT_WATCHES -> new ApiFault.FreezeWatches();
            case LATE_WATCHES -> new ApiFault.LagWatches(LATE);
            case SKIPPED_EVENTS -> new ApiFault.SkipEvents();
        };
    }
}
