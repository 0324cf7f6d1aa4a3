package io.operatorlib.quickstart;

import com.google.gson.JsonObject;
import io.operatorlib.testing.network.TcpProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Ways of the clients of one cluster to its members, through the network that can be spoiled. */
final class ClientWays implements Reach, AutoCloseable {
    private final TcpProxy network;
    private final String clients;
    private final Map<String, String> urls = new HashMap<>();

    /** @param clients what the network knows all of them by */
    ClientWays(TcpProxy network, String clients) {
        this.network = network;
        this.clients = clients;
    }

    /** What the network knows the member in a pod by, as one who serves clients. */
    String member(String pod) {
        return clients + "/" + pod;
    }

    String clients() {
        return clients;
    }

    @Override
    public synchronized Optional<String> clientUrl(JsonObject pod) {
        var meta = pod.getAsJsonObject("metadata");
        return DIRECT.clientUrl(pod)
                .map(direct -> urls.computeIfAbsent(
                        meta.get("uid").getAsString(),
                        any -> open(meta.get("name").getAsString(), URI.create(direct))));
    }

    private String open(String pod, URI direct) {
        var way = network.open(
                clients,
                member(pod),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(direct.getHost(), direct.getPort()));
        return "http://" + way.getHostString() + ":" + way.getPort();
    }

    @Override
    public synchronized void close() {
        network.forget(clients);
        urls.clear();
    }
}
