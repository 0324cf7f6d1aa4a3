package io.operatorlib;

import java.time.Instant;

/** What became of the last plan for a resource. */
public sealed interface Outcome {

    /** There was none yet: this is the first observation since the operator started. */
    record None() implements Outcome {}

    /** Every step was carried out, or there was nothing to do. */
    record Done() implements Outcome {}

    /**
     * A step failed, and the steps after it were not tried.
     *
     * @param step the step, as it prints
     * @param reason one word in CamelCase: the API's reason ({@code Forbidden}, {@code Invalid}, {@code Conflict}, …),
     *     or the act's
     * @param message for people
     * @param since when this step first failed with this reason, with no success since
     * @param times how often in a row
     */
    record Failed(String step, String reason, String message, Instant since, int times) implements Outcome {}
}
