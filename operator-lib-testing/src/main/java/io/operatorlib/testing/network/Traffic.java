package io.operatorlib.testing.network;

import java.time.Duration;

/**
 * How what one party sends to another gets there.
 *
 * @param cut whether nothing arrives; it is kept, as the sender's kernel keeps what it has to send again, and arrives when
 *     the traffic is another, even where the sender has given up by then; {@link TcpProxy#breakOff} loses it
 * @param delay how long everything takes
 * @param jitter how much longer it may take, by chance
 * @param loss the share of pieces that are lost on their way, from 0 to less than 1. TCP sends them again after a while, so
 *     that a program sees no hole, but a pause
 */
public record Traffic(boolean cut, Duration delay, Duration jitter, double loss) {
    /** As on a network that is well. */
    public static final Traffic FREE = new Traffic(false, Duration.ZERO, Duration.ZERO, 0);

    /** Nothing arrives. */
    public static final Traffic CUT = new Traffic(true, Duration.ZERO, Duration.ZERO, 0);

    public Traffic {
        if (delay.isNegative() || jitter.isNegative() || !(loss >= 0 && loss < 1)) {
            throw new IllegalArgumentException("no traffic has delay=" + delay + " jitter=" + jitter + " loss=" + loss);
        }
    }

    /** All takes that long, and up to the jitter longer. */
    public static Traffic delayed(Duration delay, Duration jitter) {
        return new Traffic(false, delay, jitter, 0);
    }

    /** The same, and that share is lost at first. */
    public Traffic losing(double share) {
        return new Traffic(cut, delay, jitter, share);
    }
}
