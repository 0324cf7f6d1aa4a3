package io.operatorlib.etcd;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One connection for each member's address: made when it is first needed, kept while it holds, and closed by and by when
 * it is not used.
 *
 * <p>One that its member has said farewell to is closed at once, together with the calls on it: etcd waits a second for
 * each connection that its clients leave open when it stops, and grpc-java leaves that to the server.
 */
final class EtcdChannels implements AutoCloseable {
    /** The members of some hundred clusters; who has more pays with a new connection for one that was pushed out. */
    private static final int MOST = 1024;

    /** A connection that was not used for so long is closed, and made anew when it is needed. */
    private static final int IDLE_SECONDS = 60;

    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

    /** The connection to an address; where it was broken, a new attempt begins now, not after a growing delay. */
    ManagedChannel of(String clientUrl) {
        var evicted = new ArrayList<ManagedChannel>();
        ManagedChannel channel;
        synchronized (channels) {
            channel = channels.computeIfAbsent(clientUrl, this::open);
            evict(evicted);
        }
        evicted.forEach(ManagedChannel::shutdown);
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
        return channel;
    }

    private void evict(List<ManagedChannel> evicted) {
        var eldest = channels.values().iterator();
        for (int over = channels.size() - MOST; over > 0; over--) {
            evicted.add(eldest.next());
            eldest.remove();
        }
    }

    private ManagedChannel open(String clientUrl) {
        var address = URI.create(clientUrl);
        var channel = ManagedChannelBuilder.forAddress(address.getHost(), address.getPort())
                .usePlaintext()
                .disableRetry()
                .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
                .build();
        follow(clientUrl, channel, channel.getState(false));
        return channel;
    }

    /** Waits for the end of a connection that was made. */
    private void follow(String clientUrl, ManagedChannel channel, ConnectivityState state) {
        channel.notifyWhenStateChanged(state, () -> {
            var next = channel.getState(false);
            if (over(state, next)) {
                synchronized (channels) {
                    channels.remove(clientUrl, channel);
                }
                channel.shutdownNow();
            } else if (next != ConnectivityState.SHUTDOWN) {
                follow(clientUrl, channel, next);
            }
        });
    }

    private static boolean over(ConnectivityState before, ConnectivityState now) {
        // a connection whose farewell came with its welcome has been ready unseen
        return before == ConnectivityState.READY
                || (before == ConnectivityState.CONNECTING && now == ConnectivityState.IDLE);
    }

    int size() {
        synchronized (channels) {
            return channels.size();
        }
    }

    @Override
    public void close() {
        List<ManagedChannel> all;
        synchronized (channels) {
            all = List.copyOf(channels.values());
            channels.clear();
        }
        all.forEach(ManagedChannel::shutdownNow);
    }
}
