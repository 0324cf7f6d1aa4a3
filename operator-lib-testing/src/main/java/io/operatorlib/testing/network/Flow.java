package io.operatorlib.testing.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;

/** What one side of a connection says to the other, on its way. Used by one thread. */
final class Flow {
    /** What is on its way at the most, as a socket's buffer; whoever says more has to wait. */
    private static final int ROOM = 256 << 10;

    /** Each piece has a fate of its own. */
    private static final int PIECE = 16 << 10;

    /** What is lost is sent again after so long, then after twice as long, and so on, as Linux does. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    /** A piece that was lost so often gets through: it has taken 25 seconds, and most have given up. */
    private static final int MOST_LOSSES = 7;

    private final SplittableRandom random;
    private final Queue<Piece> pieces = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocate(PIECE);
    private int waiting;
    private long lastDue;
    private boolean ended;
    private boolean broken;
    private boolean over;
    private boolean blocked;

    /** Bytes, none of which is the end; and when they arrive. */
    private record Piece(ByteBuffer bytes, long due) {}

    /** @param seed decides what happens to each piece */
    Flow(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Whether more may be said. */
    boolean takes() {
        return !ended && !over && waiting < ROOM;
    }

    /** Whether the speaker has said all, or is gone. */
    boolean ended() {
        return ended;
    }

    /** Whether nothing will arrive any more. */
    boolean over() {
        return over;
    }

    /** Whether the receiver has no room. */
    boolean blocked() {
        return blocked;
    }

    /** When something is to arrive next, where it can. */
    long due() {
        Piece next = pieces.peek();
        return next == null || blocked ? Long.MAX_VALUE : next.due();
    }

    void readFrom(SocketChannel speaker, long now, Traffic traffic) {
        int read = 0;
        while (takes() && (read = read(speaker)) > 0) {
            var bytes = ByteBuffer.allocate(read).put(scratch.flip()).flip();
            waiting += read;
            send(bytes, now, traffic);
        }
        if (read < 0) {
            ended = true;
            send(ByteBuffer.allocate(0), now, traffic);
        }
    }

    private int read(SocketChannel speaker) {
        try {
            return speaker.read(scratch.clear());
        } catch (IOException e) {
            broken = true;
            return -1;
        }
    }

    /** Sends off; tells when it arrives. */
    long send(ByteBuffer bytes, long now, Traffic traffic) {
        long takes = traffic.delay().toNanos();
        if (!traffic.jitter().isZero()) {
            takes += random.nextLong(traffic.jitter().toNanos() + 1);
        }
        for (int losses = 0; losses < MOST_LOSSES && random.nextDouble() < traffic.loss(); losses++) {
            takes += AGAIN.toNanos() << losses;
        }
        lastDue = pieces.isEmpty() ? now + takes : Math.max(lastDue, now + takes);
        pieces.add(new Piece(bytes, lastDue));
        return lastDue;
    }

    /**
     * Lets arrive what is due.
     *
     * @throws IOException if the speaker's connection broke, which the receiver is to notice
     */
    void writeTo(SocketChannel receiver, long now) throws IOException {
        blocked = false;
        for (Piece next = pieces.peek(); next != null && next.due() - now <= 0 && !blocked; next = pieces.peek()) {
            if (!next.bytes().hasRemaining()) {
                over = true;
                pieces.clear();
                if (broken) {
                    throw new IOException("the connection of the speaker broke");
                }
                shutDown(receiver);
            } else if (written(next.bytes(), receiver)) {
                pieces.remove();
            }
        }
    }

    private boolean written(ByteBuffer bytes, SocketChannel receiver) {
        try {
            waiting -= receiver.write(bytes);
            blocked = bytes.hasRemaining();
            return !blocked;
        } catch (IOException e) {
            discard(); // the receiver is gone, which it says itself, in the other direction
            return false;
        }
    }

    private void shutDown(SocketChannel receiver) {
        try {
            receiver.shutdownOutput();
        } catch (IOException e) {
            discard();
        }
    }

    private void discard() {
        over = true;
        waiting = 0;
        pieces.clear();
    }
}
