package io.operatorlib;

import java.util.Optional;
import java.util.function.Function;

/**
 * Something observed outside Kubernetes, or the reason why it could not be. Not to be able to ask is never the same as
 * an empty answer.
 */
public sealed interface Fact<F> {

    /** What was observed. */
    record Known<F>(F value) implements Fact<F> {}

    /**
     * Nothing is known now.
     *
     * @param why for people, in a few words
     * @param asking whether that is only because the question, put anew after a start or an act, has not been answered
     *     yet: there is nothing to report, and an answer to wait for
     */
    record Unknown<F>(String why, boolean asking) implements Fact<F> {}

    static <F> Fact<F> known(F value) {
        return new Known<>(value);
    }

    static <F> Fact<F> unknown(String why) {
        return new Unknown<>(why, false);
    }

    /** Not known yet, and being asked. */
    static <F> Fact<F> asking(String why) {
        return new Unknown<>(why, true);
    }

    default Optional<F> known() {
        return this instanceof Known<F> known ? Optional.of(known.value()) : Optional.empty();
    }

    /** Turns a fact into one value: that of the function where it is known, the other one where it is not. */
    default <R> R orElse(Function<F, R> whenKnown, R whenUnknown) {
        return known().map(whenKnown).orElse(whenUnknown);
    }
}
