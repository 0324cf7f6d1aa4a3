package io.operatorlib.testing.cluster;

import io.operatorlib.testing.cluster.kubelet.AddressPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A range of loopback addresses that no other local cluster of this machine uses: taken by listening on one address of
 * it, and given back when this program ends, however it ends.
 */
final class LoopbackRange implements AutoCloseable {
    /** The ranges are 127.128.0.0/16 to 127.191.0.0/16: who writes loopback addresses by hand begins at the low end. */
    private static final int FIRST = 128;

    private static final int LAST = 191;

    /** Where the range's owner listens: the kubelet's port on a real node. */
    private static final int PORT = 10250;

    private final AddressPool.Range pods;
    private final AddressPool.Range ways;
    private final ServerSocket taken;

    private LoopbackRange(String prefix, ServerSocket taken) {
        this.pods = AddressPool.Range.parse(prefix + ".0.0/17");
        this.ways = AddressPool.Range.parse(prefix + ".128.0/18");
        this.taken = taken;
    }

    /**
     * Takes the first free range.
     *
     * @throws IllegalStateException if all are in use
     */
    static LoopbackRange take() {
        for (int second = FIRST; second <= LAST; second++) {
            String prefix = "127." + second;
            try {
                var socket = new ServerSocket();
                try {
                    socket.bind(new InetSocketAddress(InetAddress.getByName(prefix + ".255.254"), PORT));
                    return new LoopbackRange(prefix, socket);
                } catch (IOException inUse) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException("no socket to be had", e);
            }
        }
        throw new IllegalStateException("64 local clusters run on this machine, which is all that it has room for");
    }

    AddressPool.Range pods() {
        return pods;
    }

    /** For what is put in between pods. */
    AddressPool.Range ways() {
        return ways;
    }

    @Override
    public void close() {
        try {
            taken.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }
}
