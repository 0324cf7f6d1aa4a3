package io.operatorlib.testing.network;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between real programs and spoils what they say to each other over TCP: cut in both directions or in one, delayed,
 * lost at first, broken off, and healed.
 *
 * <p>Parties have names of the caller's choice. {@link #open} opens a way from one to another: an address that the one
 * dials instead of the other's own. What the two then say to each other goes as {@link Traffic} of the sender and the
 * receiver says, whoever of them dialled; it can be changed at any time, and holds for connections there are and for later
 * ones, and for ways that are opened later.
 *
 * <h2>Flow</h2>
 *
 * <pre>
 *  dialler ─▶ way ─┬─ what it says: kept while cut, due after its delay ─▶ target
 *                  └─ what it hears: the same, in the other direction  ◀─┘
 * </pre>
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>When a method that changes traffic has returned, nothing passes that it forbids.
 *   <li>Bytes arrive in their order, none is lost and none arrives twice; an end and a break arrive like what was said last.
 *   <li>A connection is made to the target only while neither direction is cut, as it takes both to greet.
 *   <li>The seed and how many connections a way had before decide, piece by piece, what chance decides.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <p>The kernel greets a dialler before this is asked: whoever dials where nothing passes, or nobody listens, is connected
 * first, and then hears nothing, or is cut off. Pieces are as large as they come from the sockets. {@value #MAX_WAYS} ways,
 * {@value #MAX_CONNECTIONS} connections; one more is broken off at once. UDP passes by.
 */
public final class TcpProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);

    /** Ten programs that each reach the nine others at two ports, and then some. */
    static final int MAX_WAYS = 512;

    /** Ten clusters with four members each; two sockets for each, of the 4,096 that any JVM may have. */
    static final int MAX_CONNECTIONS = 1_000;

    /** All may dial at once. */
    private static final int BACKLOG = MAX_CONNECTIONS;

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final long seed;
    private final Scheduler scheduler = new RealScheduler();
    private final Selector selector;
    private final Scheduler.Task loop;

    // all below is touched with this object's lock only; nothing that is done with it waits
    private final List<Way> ways = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Map<String, Integer> dialled = new HashMap<>();
    private final Map<Pair, Traffic> spoiled = new HashMap<>();
    private final Set<String> isolated = new HashSet<>();
    private boolean changed;

    private record Pair(String sender, String receiver) {}

    private TcpProxy(long seed) throws IOException {
        this.seed = seed;
        this.selector = Selector.open();
        this.loop = scheduler.fork("tcp-proxy", this::run);
    }

    /**
     * Begins without a way.
     *
     * @param seed decides what chance decides
     */
    public static TcpProxy start(long seed) {
        try {
            return new TcpProxy(seed);
        } catch (IOException e) {
            throw new UncheckedIOException("no selector to be had", e);
        }
    }

    // ---- ways ----

    /**
     * Opens a way.
     *
     * @param from who dials
     * @param to whom they reach
     * @param listen where they dial; port 0 for any free one
     * @param target where whom they reach listens
     * @return where they dial
     * @throws UncheckedIOException if it cannot listen there
     * @throws IllegalStateException if there are {@value #MAX_WAYS} ways already
     */
    public synchronized InetSocketAddress open(
            String from, String to, InetSocketAddress listen, InetSocketAddress target) {
        if (ways.size() >= MAX_WAYS) {
            throw new IllegalStateException("there are " + MAX_WAYS + " ways already");
        }
        try {
            var door = ServerSocketChannel.open();
            try {
                door.bind(listen, BACKLOG);
                door.configureBlocking(false);
                var way = new Way(from, to, door, target);
                door.register(selector, SelectionKey.OP_ACCEPT, way);
                ways.add(way);
                selector.wakeup();
                return way.address();
            } catch (IOException e) {
                door.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + listen + " for " + from + " to reach " + to, e);
        }
    }

    /** Closes all ways from and to a party that is no more; what was said of its traffic holds for the next of that name. */
    public synchronized void forget(String party) {
        for (Way way : List.copyOf(ways)) {
            if (way.of(party)) {
                close(way);
                ways.remove(way);
            }
        }
        breakOff(connection -> connection.way().of(party));
    }

    // ---- traffic ----

    /** Lets nothing pass between two parties, in neither direction. */
    public void cut(String one, String other) {
        between(one, other, Traffic.CUT);
    }

    /** From now on, what either of two parties says to the other goes like this. */
    public synchronized void between(String one, String other, Traffic traffic) {
        toward(one, other, traffic);
        toward(other, one, traffic);
    }

    /** From now on, what the one says to the other goes like this; what the other says to it goes as before. */
    public synchronized void toward(String sender, String receiver, Traffic traffic) {
        spoiled.put(new Pair(sender, receiver), traffic);
        trafficChanged();
    }

    /** Lets nothing pass between this party and any other. */
    public synchronized void isolate(String party) {
        isolated.add(party);
        trafficChanged();
    }

    /** Breaks off the connections that two parties have now; both sides see it at once. */
    public synchronized void breakOff(String one, String other) {
        breakOff(connection -> connection.way().between(one, other));
    }

    /** Ends what was said of these two, except that one of them is isolated. */
    public void heal(String one, String other) {
        between(one, other, Traffic.FREE);
    }

    /** Lets everything pass between all. */
    public synchronized void heal() {
        spoiled.clear();
        isolated.clear();
        trafficChanged();
    }

    private void trafficChanged() {
        changed = true;
        selector.wakeup();
    }

    /** How what the one says to the other goes now. */
    public synchronized Traffic traffic(String sender, String receiver) {
        return isolated.contains(sender) || isolated.contains(receiver)
                ? Traffic.CUT
                : spoiled.getOrDefault(new Pair(sender, receiver), Traffic.FREE);
    }

    /** How many connections there are. */
    public synchronized int connections() {
        return connections.size();
    }

    private void breakOff(Predicate<Connection> which) {
        connections.stream().filter(which).forEach(connection -> connection.end(true));
        connections.removeIf(which);
        selector.wakeup(); // a channel is let go of when it is selected no more
    }

    // ---- the loop ----

    private void run() {
        try {
            long waitMillis = 0;
            while (selector.isOpen()) {
                selector.select(waitMillis);
                waitMillis = turn();
            }
        } catch (IOException e) {
            LOG.error("the network between processes ends", e);
        }
    }

    /**
     * Lets those go on for whom something is to be done: hundreds are idle at any time.
     *
     * @return after how many milliseconds something is to be done; 0 for not without a reason
     */
    private synchronized long turn() {
        if (!selector.isOpen()) {
            return 0;
        }
        selector.selectedKeys().forEach(this::notice);
        selector.selectedKeys().clear();
        long now = scheduler.nanoTime();
        long next = Long.MAX_VALUE;
        for (var each = connections.iterator(); each.hasNext(); ) {
            Connection connection = each.next();
            if ((changed || connection.wants(now)) && !goesOn(connection, now)) {
                each.remove();
            } else if (connection.due() != Long.MAX_VALUE) {
                next = Math.min(next, Math.max(1, connection.due() - now));
            }
        }
        changed = false;
        return next == Long.MAX_VALUE
                ? 0
                : Duration.ofNanos(next).plusNanos(999_999).toMillis();
    }

    private void notice(SelectionKey key) {
        if (key.attachment() instanceof Way way && way.door().isOpen()) {
            accept(way);
        } else if (key.attachment() instanceof Connection connection) {
            connection.touch();
        }
    }

    private boolean goesOn(Connection connection, long now) {
        Way way = connection.way();
        return connection.turn(now, traffic(way.from(), way.to()), traffic(way.to(), way.from()));
    }

    private void accept(Way way) {
        try {
            for (SocketChannel dialler = way.door().accept();
                    dialler != null;
                    dialler = way.door().accept()) {
                if (connections.size() >= MAX_CONNECTIONS) {
                    LOG.warn("a connection is broken off, limit reached way=\"{}\" limit={}", way, MAX_CONNECTIONS);
                    dialler.close();
                } else {
                    int number = dialled.merge(way.from() + " " + way.to(), 1, Integer::sum);
                    long own = (seed * 31 + (way.from() + " " + way.to()).hashCode()) * 31 + number;
                    connections.add(new Connection(way, dialler, selector, own));
                }
            }
        } catch (IOException e) {
            LOG.warn("a connection could not be taken way=\"{}\" problem={}", way, e.toString());
        }
    }

    private static void close(Way way) {
        try {
            way.door().close();
        } catch (IOException e) {
            LOG.debug("cannot stop to listen way=\"{}\" problem={}", way, e.toString());
        }
    }

    /** Closes all ways, and ends all connections. */
    @Override
    public void close() {
        try {
            synchronized (this) {
                ways.forEach(TcpProxy::close);
                ways.clear();
                breakOff(any -> true);
                selector.close();
            }
            loop.join(FAREWELL);
        } catch (IOException e) {
            throw new UncheckedIOException("a selector cannot be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
