package io.operatorlib.testing.network;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that was made through a {@link Way}, and the one that was made for it to whom it leads. Used by one thread. */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Way way;
    private final SocketChannel dialler;
    private final Selector selector;
    private final Flow there;
    private final Flow back;
    private @Nullable SocketChannel target;
    private boolean touched = true; // nobody has looked at it yet
    private long due = Long.MAX_VALUE;

    Connection(Way way, SocketChannel dialler, Selector selector, long seed) {
        this.way = way;
        this.dialler = dialler;
        this.selector = selector;
        this.there = new Flow(seed);
        this.back = new Flow(~seed);
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    Way way() {
        return way;
    }

    /** One of its sockets has something to say, or room. */
    void touch() {
        touched = true;
    }

    /** Whether something is to be done for it now. */
    boolean wants(long now) {
        return touched || (due != Long.MAX_VALUE && due - now <= 0);
    }

    /** When something is to be done without anybody's saying anything, as far as its last turn knew. */
    long due() {
        return due;
    }

    /**
     * Does what can be done now.
     *
     * @param out what the dialler says goes like this
     * @param in what the dialler hears comes like this
     * @return whether it goes on
     */
    boolean turn(long now, Traffic out, Traffic in) {
        touched = false;
        try {
            if (dialler.isBlocking()) {
                prepare(dialler);
            }
            there.readFrom(dialler, now, out);
            if (target == null && there.ended()) {
                return end(false); // it has given up, and nobody else has heard of it
            }
            if (target == null && !out.cut() && !in.cut()) {
                target = SocketChannel.open();
                prepare(target);
                target.connect(way.target());
            }
            if (target != null && target.finishConnect()) {
                back.readFrom(target, now, in);
                pass(target, now, out, in);
            }
            if (there.over() && back.over()) {
                return end(false);
            }
            wish(out, in);
            due = next(out, in);
            return true;
        } catch (IOException e) {
            LOG.trace("a connection broke way={} problem={}", way, e.toString());
            return end(true);
        }
    }

    private void pass(SocketChannel listener, long now, Traffic out, Traffic in) throws IOException {
        if (!out.cut()) {
            there.writeTo(listener, now);
        }
        if (!in.cut()) {
            back.writeTo(dialler, now);
        }
    }

    private void wish(Traffic out, Traffic in) throws IOException {
        register(dialler, there.takes(), back.blocked() && !in.cut());
        if (target != null) {
            if (target.isConnected()) {
                register(target, back.takes(), there.blocked() && !out.cut());
            } else {
                target.register(selector, SelectionKey.OP_CONNECT, this);
            }
        }
    }

    private void register(SocketChannel channel, boolean reads, boolean writes) throws IOException {
        channel.register(selector, (reads ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0), this);
    }

    private long next(Traffic out, Traffic in) {
        return target == null || !target.isConnected()
                ? Long.MAX_VALUE
                : Math.min(out.cut() ? Long.MAX_VALUE : there.due(), in.cut() ? Long.MAX_VALUE : back.due());
    }

    /**
     * Ends it.
     *
     * @param abruptly whether both sides see that it broke
     */
    boolean end(boolean abruptly) {
        end(dialler, abruptly);
        if (target != null) {
            end(target, abruptly);
        }
        return false;
    }

    private static void end(SocketChannel channel, boolean abruptly) {
        try {
            if (abruptly) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            LOG.trace("a connection cannot be closed problem={}", e.toString());
        }
    }
}
