package io.operatorlib.testing;

/**
 * Two moments at which one run harms the operator, the second while it still mends what the first has left. Its effect is
 * counted in that run, in which it may never come.
 */
public record CrashPair(CrashPoint first, CrashPoint second) implements HarmPoint {
    @Override
    public int number() {
        return first.number();
    }

    @Override
    public String toString() {
        return first + "+" + second;
    }
}
