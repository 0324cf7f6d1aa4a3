package io.operatorlib.crd;

/**
 * One difference between two definitions of a kind.
 *
 * @param impact what it can do to objects and clients
 * @param where the part, for example {@code v1 .spec.size} or {@code names}
 * @param what the difference, in words
 */
public record CrdChange(Impact impact, String where, String what) {
    /** What a change can do. */
    public enum Impact {
        /** Every object that was stored stays readable and writable, with all that is in it, and so do manifests. */
        SAFE,
        /** Objects stay as they are, but some mean something else, or an older release or client may be surprised. */
        RISKY,
        /** Objects or manifests of the old shape may be refused, or lose something. */
        BREAKING
    }

    @Override
    public String toString() {
        return where + ": " + what;
    }
}
