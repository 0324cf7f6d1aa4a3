package io.operatorlib.internal.engine;

import io.operatorlib.ActRefused;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.spi.KubeApi;

/**
 * Why something was not done.
 *
 * @param step what, as it prints
 * @param reason one word in CamelCase
 * @param message for people
 */
record Failure(String step, String reason, String message) {

    static Failure of(String step, Throwable why) {
        if (why instanceof ApiException refused) {
            String reason = refused.reason().isEmpty() ? "Http" + refused.code() : refused.reason();
            return new Failure(step, reason, refused.status());
        }
        if (why instanceof KubeApi.NoReplyException) {
            return new Failure(step, "NoReply", "the API server did not answer");
        }
        if (why instanceof ActRefused refused) {
            return new Failure(step, refused.reason(), text(refused));
        }
        if (why instanceof UndecodableException) {
            return new Failure(step, "Undecodable", text(why));
        }
        if (why instanceof TakenException) {
            return new Failure(step, "AlreadyExists", text(why));
        }
        return new Failure(step, why.getClass().getSimpleName(), text(why));
    }

    private static String text(Throwable why) {
        return why.getMessage() == null ? why.toString() : why.getMessage();
    }
}
