package io.operatorlib.internal.queue;

/** How urgent a key is; the numbers are what controller-runtime's metrics call these priorities. */
public enum Priority {
    /** Nobody waits for it: what was there at the start, an echo of our own writes, one more try of what fails. */
    LOW(-100),
    /** Something has changed. */
    NORMAL(0);

    private final int number;

    Priority(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
