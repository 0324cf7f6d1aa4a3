package io.operatorlib.testing.cluster.kubelet;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link Kubelet} is told once.
 *
 * @param node the name of the node whose pods it runs
 * @param nodeAddress the node's own address
 * @param pool where pods get their addresses from, for example {@code 127.128.0.0/16}
 * @param binds whether it binds pods that no scheduler has bound, to its own node
 * @param events whether it tells people with Events what it does
 * @param backoff the first delay of a container that ends again and again; doubled each time
 * @param maxBackoff the longest delay
 * @param backoffReset how long a container must have run to begin without delay again
 * @param settle how long a pod that has a name among its peers waits for the other pods of its subdomain, so that all
 *     names are known when its processes start
 * @param api how the pods' processes reach the API server; empty for not at all: no service-account files then
 * @param routes what pods find in between when they reach others
 */
public record KubeletSettings(
        String node,
        String nodeAddress,
        AddressPool.Range pool,
        boolean binds,
        boolean events,
        Duration backoff,
        Duration maxBackoff,
        Duration backoffReset,
        Duration settle,
        Optional<ApiAccess> api,
        Routes routes) {

    /**
     * How a pod's processes reach the API server.
     *
     * @param caPem the certificate authority of its certificate
     */
    public record ApiAccess(String host, int port, String caPem) {}

    /** A kubelet as Kubernetes has it, for a cluster of one node. */
    public static KubeletSettings ofNode(String node) {
        return new KubeletSettings(
                node,
                "127.0.0.1",
                AddressPool.Range.parse("127.128.0.0/10"),
                true,
                true,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Duration.ofMillis(100),
                Optional.empty(),
                Routes.DIRECT);
    }

    public KubeletSettings pool(AddressPool.Range range) {
        return new KubeletSettings(
                node, nodeAddress, range, binds, events, backoff, maxBackoff, backoffReset, settle, api, routes);
    }

    public KubeletSettings binds(boolean whether) {
        return new KubeletSettings(
                node, nodeAddress, pool, whether, events, backoff, maxBackoff, backoffReset, settle, api, routes);
    }

    public KubeletSettings events(boolean whether) {
        return new KubeletSettings(
                node, nodeAddress, pool, binds, whether, backoff, maxBackoff, backoffReset, settle, api, routes);
    }

    /** Another back-off of containers that end again and again. */
    public KubeletSettings backoff(Duration first, Duration max) {
        return new KubeletSettings(
                node, nodeAddress, pool, binds, events, first, max, backoffReset, settle, api, routes);
    }

    public KubeletSettings settle(Duration time) {
        return new KubeletSettings(
                node, nodeAddress, pool, binds, events, backoff, maxBackoff, backoffReset, time, api, routes);
    }

    public KubeletSettings api(ApiAccess access) {
        return new KubeletSettings(
                node,
                nodeAddress,
                pool,
                binds,
                events,
                backoff,
                maxBackoff,
                backoffReset,
                settle,
                Optional.of(access),
                routes);
    }

    public KubeletSettings routes(Routes through) {
        return new KubeletSettings(
                node, nodeAddress, pool, binds, events, backoff, maxBackoff, backoffReset, settle, api, through);
    }
}
