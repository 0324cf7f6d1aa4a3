package io.operatorlib.internal.engine;

import io.operatorlib.ActRefused;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;

/**
 * Why something was not done.
 *
 * @param step what, as it prints
 * @param reason one word in CamelCase
 * @param message for people
 * @param atLeast how long to wait before the next try, where that is longer than the back-off
 */
record Failure(String step, String reason, String message, Duration atLeast) {
    /** A reconcile that took too long. */
    static final String DEADLINE = "DeadlineExceeded";

    /**
     * The same would be refused again in the same words until something is changed, and a change of what is observed
     * does not wait for this. What refused it may change unseen too, a definition or a webhook: one request in that
     * time finds out.
     */
    static final Duration UPON_CHANGE = Duration.ofMinutes(10);

    /** A server that asks for more time than this is not believed: it may be right by then without telling us. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

    Failure(String step, String reason, String message) {
        this(step, reason, message, Duration.ZERO);
    }

    /** Tells whether trying again is of no use until something that is observed has changed. */
    boolean terminal() {
        return atLeast.compareTo(UPON_CHANGE) >= 0;
    }

    /** The same failure, to be tried again after the back-off. */
    Failure soon() {
        return new Failure(step, reason, message, Duration.ZERO);
    }

    static Failure of(String step, Throwable why) {
        if (why instanceof ApiException refused) {
            String reason = refused.reason().isEmpty() ? "Http" + refused.code() : refused.reason();
            return new Failure(step, reason, refused.status(), atLeast(refused));
        }
        if (why instanceof KubeApi.NoReplyException) {
            return new Failure(step, "NoReply", "the API server did not answer");
        }
        if (why instanceof ActRefused refused) {
            return new Failure(step, refused.reason(), text(refused));
        }
        if (why instanceof UndecodableException) {
            return new Failure(step, "Undecodable", text(why), UPON_CHANGE);
        }
        if (why instanceof TakenException) {
            return new Failure(step, "AlreadyExists", text(why));
        }
        return new Failure(step, why.getClass().getSimpleName(), text(why));
    }

    static Failure deadline(String step, Duration allowed) {
        return new Failure(step, DEADLINE, "took longer than " + allowed.toMillis() + " ms");
    }

    /**
     * An object that is invalid stays so. What is forbidden does not: quotas and roles change, namespaces end, and
     * nobody tells us.
     */
    private static Duration atLeast(ApiException refused) {
        if (refused.code() == 422 || refused.code() == 400) {
            return UPON_CHANGE;
        }
        Duration asked = refused.retryAfter().orElse(Duration.ZERO);
        return asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    }

    private static String text(Throwable why) {
        return why.getMessage() == null ? why.toString() : why.getMessage();
    }
}
