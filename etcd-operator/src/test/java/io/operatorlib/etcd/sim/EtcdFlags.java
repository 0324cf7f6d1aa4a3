package io.operatorlib.etcd.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flags of an etcd that matter to the model.
 *
 * @param initialCluster peer URLs by name, as given
 */
record EtcdFlags(
        String name,
        String dataDir,
        String peerUrl,
        String listenPeer,
        String clientUrl,
        String listenClient,
        Map<String, String> initialCluster,
        boolean newCluster,
        String token) {

    /** Reads a command line, in both of the shapes that etcd takes: {@code --flag=value} and {@code --flag value}. */
    static EtcdFlags parse(List<String> command) {
        var given = new LinkedHashMap<String, String>();
        var words = new ArrayList<>(command);
        for (int i = 1; i < words.size(); i++) {
            var word = words.get(i);
            if (!word.startsWith("--")) {
                throw new IllegalArgumentException("not a flag of etcd: " + word + " in " + command);
            }
            int equals = word.indexOf('=');
            if (equals > 0) {
                given.put(word.substring(2, equals), word.substring(equals + 1));
            } else if (i + 1 < words.size() && !words.get(i + 1).startsWith("--")) {
                given.put(word.substring(2), words.get(++i));
            } else {
                given.put(word.substring(2), "true");
            }
        }
        var cluster = new LinkedHashMap<String, String>();
        for (var pair : given.getOrDefault("initial-cluster", "").split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                cluster.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new EtcdFlags(
                given.getOrDefault("name", "default"),
                given.getOrDefault("data-dir", "default.etcd"),
                given.getOrDefault("initial-advertise-peer-urls", ""),
                given.getOrDefault("listen-peer-urls", ""),
                given.getOrDefault("advertise-client-urls", "").split(",")[0],
                given.getOrDefault("listen-client-urls", "").split(",")[0],
                cluster,
                given.getOrDefault("initial-cluster-state", "new").equals("new"),
                given.getOrDefault("initial-cluster-token", "etcd-cluster"));
    }

    /** The authority of a URL: {@code host:port}. */
    static String authority(String url) {
        return url.substring(url.indexOf("//") + 2);
    }

    static String host(String url) {
        var authority = authority(url);
        return authority.substring(0, authority.lastIndexOf(':'));
    }
}
