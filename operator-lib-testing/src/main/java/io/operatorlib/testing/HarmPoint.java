package io.operatorlib.testing;

/** A moment of a run at which something is done to the operator, and what: one of the many that are tried in turn. */
public sealed interface HarmPoint permits CrashPoint, CrashPair, BlindSpot {
    /** The number in the fault-free run of that at which it is done, from 1. */
    int number();
}
