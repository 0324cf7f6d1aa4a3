package io.operatorlib.testing.cluster;

import io.operatorlib.ResourceKey;
import io.operatorlib.testing.cluster.kubelet.AddressPool;
import io.operatorlib.testing.cluster.kubelet.KubeletSettings.ApiAccess;
import io.operatorlib.testing.cluster.kubelet.Routes;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Leads each pod to each other of its namespace through ways of a proxy, opened when they are first asked for. Used by one
 * thread, the kubelet's.
 */
final class ProxiedRoutes implements Routes {
    private final LocalClusterOptions.Between between;
    private final AddressPool addresses;
    private final Map<Pair, String> pods = new HashMap<>();
    private final Map<ResourceKey, ApiAccess> api = new HashMap<>();

    private record Pair(ResourceKey from, ResourceKey to) {
        boolean of(ResourceKey pod) {
            return from.equals(pod) || to.equals(pod);
        }
    }

    /** @param range of addresses that are free */
    ProxiedRoutes(LocalClusterOptions.Between between, AddressPool.Range range) {
        this.between = between;
        this.addresses = new AddressPool(range);
    }

    @Override
    public String toPod(ResourceKey from, ResourceKey to, String address) {
        if (!from.namespace().equals(to.namespace())) {
            return address; // there would be more ways than sockets, and hardly anybody goes there
        }
        return pods.computeIfAbsent(new Pair(from, to), pair -> {
            String own = addresses.of(pair.toString());
            for (int port : between.ports()) {
                between.proxy()
                        .open(
                                from.toString(),
                                to.toString(),
                                new InetSocketAddress(own, port),
                                new InetSocketAddress(address, port));
            }
            return own;
        });
    }

    /** At the address of the API server itself, for which its certificate is. */
    @Override
    public ApiAccess toApi(ResourceKey from, ApiAccess direct) {
        return api.computeIfAbsent(from, pod -> {
            var way = between.proxy()
                    .open(
                            pod.toString(),
                            LocalCluster.API_SERVER,
                            new InetSocketAddress(direct.host(), 0),
                            new InetSocketAddress(direct.host(), direct.port()));
            return new ApiAccess(direct.host(), way.getPort(), direct.caPem());
        });
    }

    @Override
    public void gone(ResourceKey pod) {
        between.proxy().forget(pod.toString());
        api.remove(pod);
        pods.keySet().removeIf(pair -> {
            if (pair.of(pod)) {
                addresses.release(pair.toString());
            }
            return pair.of(pod);
        });
    }
}
