package io.operatorlib.leader;

/** Thrown where an effect was refused because the leadership under which it was to happen is over: nothing was sent. */
public final class LeadershipLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LeadershipLostException(String message) {
        super(message);
    }
}
