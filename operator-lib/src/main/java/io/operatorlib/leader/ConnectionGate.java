package io.operatorlib.leader;

import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way for clients to a server that knows nothing of Leases: what they send and what they get passes only while a
 * condition holds, which for the holder of a Lease is {@link Leadership#leads}. So a server that was stopped with its
 * guard, and goes on after the Lease has passed to another, neither takes an order nor acknowledges one.
 *
 * <p><b>Guarantees.</b> The condition is asked for each piece, after it was read and before it is passed on. A connection
 * that was let in under one condition ends when there is another one.
 *
 * <p><b>Limits.</b> A piece that was found to pass is passed on, however long the machine takes for that. Two threads serve
 * each connection.
 */
public final class ConnectionGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGate.class);

    /** What a socket holds usually. */
    private static final int PIECE = 64 << 10;

    /** The conditions that are none. */
    private enum Always implements BooleanSupplier {
        OPEN,
        SHUT;

        @Override
        public boolean getAsBoolean() {
            return this == OPEN;
        }
    }

    private final Scheduler scheduler;
    private final SocketAddress server;
    private final ServerSocketChannel door;
    private final Set<SocketChannel> inside = ConcurrentHashMap.newKeySet();
    private volatile BooleanSupplier condition = Always.SHUT;

    private ConnectionGate(Scheduler scheduler, SocketAddress server, ServerSocketChannel door) {
        this.scheduler = scheduler;
        this.server = server;
        this.door = door;
    }

    /**
     * Listens, and lets nobody pass yet.
     *
     * @param server to whom those are connected who pass
     * @throws UncheckedIOException if it cannot listen there
     */
    public static ConnectionGate at(SocketAddress address, SocketAddress server, Scheduler scheduler) {
        try {
            var gate = new ConnectionGate(
                    scheduler, server, ServerSocketChannel.open().bind(address));
            scheduler.fork("gate", gate::accept);
            return gate;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + address, e);
        }
    }

    /** Where it listens. */
    public SocketAddress address() {
        return door.socket().getLocalSocketAddress();
    }

    /** From now on this must hold; who came in under another condition has to leave. */
    public void admitWhile(BooleanSupplier holds) {
        if (condition != holds) {
            condition = holds;
            inside.forEach(ConnectionGate::end);
        }
    }

    /** Everybody passes. */
    public void open() {
        admitWhile(Always.OPEN);
    }

    /** Nobody passes. */
    public void shut() {
        admitWhile(Always.SHUT);
    }

    /** Tells whether clients may pass now. */
    public boolean admits() {
        return condition.getAsBoolean();
    }

    private void accept() {
        while (door.isOpen()) {
            try {
                letIn(door.accept());
            } catch (IOException e) {
                LOG.debug("a client could not be let in problem={}", e.toString());
            }
        }
    }

    private void letIn(SocketChannel client) throws IOException {
        BooleanSupplier mine = condition;
        if (!mine.getAsBoolean()) {
            end(client);
            return;
        }
        try {
            SocketChannel other = SocketChannel.open(server);
            inside.add(client);
            inside.add(other);
            scheduler.fork("gate-in", () -> pass(client, other, mine));
            scheduler.fork("gate-out", () -> pass(other, client, mine));
        } catch (IOException e) {
            end(client);
            throw e;
        }
    }

    private void pass(SocketChannel from, SocketChannel to, BooleanSupplier mine) {
        var piece = ByteBuffer.allocate(PIECE);
        try {
            // region gate
            while (from.read(piece.clear()) >= 0 && condition == mine && mine.getAsBoolean()) {
                piece.flip();
                while (piece.hasRemaining()) {
                    to.write(piece);
                }
            }
            // endregion
        } catch (IOException e) {
            LOG.trace("a connection ended problem={}", e.toString());
        } finally {
            end(from);
            end(to);
            inside.remove(from);
            inside.remove(to);
        }
    }

    private static void end(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.trace("a connection ended problem={}", e.toString());
        }
    }

    /** Ends all connections, and listens no more. */
    @Override
    public void close() {
        shut();
        try {
            door.close();
        } catch (IOException e) {
            LOG.debug("cannot stop to listen problem={}", e.toString());
        }
    }
}
