package io.operatorlib.crd;

/** What an operator does about its definitions when it starts. In no case does it work on a kind that is not served. */
public enum CrdPolicy {
    /** Puts them in place, unless that could break something; where it may not write them it does as with CHECK. */
    APPLY,
    /** Writes nothing, and says what differs. */
    CHECK,
    /** Writes nothing, says what differs, and prints into the log what it would have applied. */
    PRINT
}
