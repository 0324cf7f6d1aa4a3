package io.operatorlib.leader;

import java.time.Duration;

/**
 * By which Lease a leader is elected, and how. Starts from {@link #lease}.
 *
 * <p>A holder renews its Lease within each {@code retry}, and stops all effects when four fifths of {@code duration} have
 * passed since the last renewal began; the others take the Lease when all of {@code duration} has passed without a
 * change. What lies between is the {@link #margin}: for clocks that do not run equally fast, and for what the network
 * still carries.
 *
 * @param name the Lease's name
 * @param namespace the Lease's namespace; empty for that of the pod, and {@code default} outside of a cluster
 * @param duration how long the Lease stays with its holder after a renewal: whole seconds
 * @param retry how often a holder renews it, and how often at least the others look at it
 * @param identity what the holder's name in the Lease begins with; empty for the pod's name, or the host's
 * @param exclusive whether no two processes bear that identity at a time, as no two containers of a pod do that follow
 *     one another: an earlier one's Lease is taken at once
 */
public record LeaderElection(
        String name, String namespace, Duration duration, Duration retry, String identity, boolean exclusive) {
    /** The field's: an API server that is away for less than this costs no leadership. */
    public static final Duration DURATION = Duration.ofSeconds(15);

    /** The field's: six tries before the leadership ends, and little load. */
    public static final Duration RETRY = Duration.ofSeconds(2);

    /** One that failed shall not be the last. */
    private static final int LEAST_TRIES = 2;

    private static final int MARGIN_DIVISOR = 5;

    /** What is left for it in a Lease of the API, beside the random part. */
    private static final int LONGEST_IDENTITY = 200;

    public LeaderElection {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a lease needs a name");
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.toNanosPart() != 0) {
            throw new IllegalArgumentException("a lease lasts whole seconds, at least one: " + duration);
        }
        if (duration.toSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a lease lasts " + Integer.MAX_VALUE + " s at most: " + duration);
        }
        if (retry.isNegative()
                || retry.isZero()
                || retry.multipliedBy(LEAST_TRIES).compareTo(duration.minus(duration.dividedBy(MARGIN_DIVISOR))) > 0) {
            throw new IllegalArgumentException("a lease of " + duration + " cannot be renewed every " + retry
                    + ": there must be two tries before four fifths of it have passed");
        }
        if (identity.length() > LONGEST_IDENTITY) {
            throw new IllegalArgumentException("an identity has " + LONGEST_IDENTITY + " characters at most");
        }
    }

    /** Election by the Lease of that name, which is made where there is none. */
    public static LeaderElection lease(String name) {
        return new LeaderElection(name, "", DURATION, RETRY, "", false);
    }

    /** The Lease is in that namespace. */
    public LeaderElection in(String otherNamespace) {
        return new LeaderElection(name, otherNamespace, duration, retry, identity, exclusive);
    }

    /** The Lease lasts that long; it is renewed, and looked at, every seventh of that. */
    public LeaderElection lasting(Duration time) {
        return new LeaderElection(name, namespace, time, time.dividedBy(7), identity, exclusive);
    }

    /** The Lease is renewed, and looked at, that often. */
    public LeaderElection retryEvery(Duration time) {
        return new LeaderElection(name, namespace, duration, time, identity, exclusive);
    }

    /** The holder's name in the Lease begins like that. */
    public LeaderElection as(String otherIdentity) {
        return new LeaderElection(name, namespace, duration, retry, otherIdentity, false);
    }

    /**
     * The holder's name in the Lease begins with the pod's, in which one container at a time runs this: a restarted one
     * takes the Lease of the one before at once.
     */
    public LeaderElection asPod(String podName) {
        return new LeaderElection(name, namespace, duration, retry, podName, true);
    }

    /** How long before the others may take the Lease its holder has stopped. */
    public Duration margin() {
        return duration.dividedBy(MARGIN_DIVISOR);
    }

    /** How long after the beginning of its last renewal a holder may have effects. */
    public Duration validity() {
        return duration.minus(margin());
    }
}
