package io.operatorlib.testing.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * Where one party dials to reach another.
 *
 * @param door where it is listened
 * @param target where whoever it leads to listens
 */
record Way(String from, String to, ServerSocketChannel door, InetSocketAddress target) {

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) door.getLocalAddress();
    }

    boolean between(String one, String other) {
        return (from.equals(one) && to.equals(other)) || (from.equals(other) && to.equals(one));
    }

    boolean of(String party) {
        return from.equals(party) || to.equals(party);
    }

    @Override
    public String toString() {
        return from + " to " + to + " at " + target;
    }
}
