package io.operatorlib.etcd;

import io.operatorlib.Kind;
import io.operatorlib.Meta;
import java.util.Map;
import java.util.TreeMap;

/** The kind {@code EtcdCluster}, and the names that things of one cluster bear. */
public final class EtcdCluster {
    /** CoreOS's API group. */
    public static final String GROUP = "etcd.database.coreos.com";

    public static final Kind<EtcdClusterSpec, EtcdClusterStatus> KIND =
            Kind.of(GROUP, "v1", "EtcdCluster", EtcdClusterSpec.class, EtcdClusterStatus.class);

    /** Leaves room for what pods and Services append, in names of 63 characters; CoreOS's own limit. */
    public static final int LONGEST_NAME = 52;

    public static final int CLIENT_PORT = 2379;
    public static final int PEER_PORT = 2380;

    /** Health and metrics: served before a member has joined, so that probes need no quorum. */
    public static final int METRICS_PORT = 2381;

    static final String APP_LABEL = "app";
    static final String CLUSTER_LABEL = "etcd_cluster";
    static final String NODE_LABEL = "etcd_node";
    static final String UID_LABEL = GROUP + "/cluster-uid";
    static final String ROLE_LABEL = GROUP + "/role";
    static final String VOTER = "voter";
    static final String RETIRED_LABEL = GROUP + "/retired";

    static final String TOKEN_ANNOTATION = GROUP + "/token";
    static final String CLUSTER_ID_ANNOTATION = GROUP + "/cluster-id";
    static final String INITIAL_CLUSTER_ANNOTATION = GROUP + "/initial-cluster";
    static final String TEMPLATE_ANNOTATION = GROUP + "/template";

    private EtcdCluster() {}

    /** Labels by which things of this very cluster are known: not of one that had its name before. */
    static Map<String, String> labels(Meta cluster) {
        var labels = new TreeMap<String, String>();
        labels.put(APP_LABEL, "etcd");
        labels.put(CLUSTER_LABEL, cluster.name());
        labels.put(UID_LABEL, cluster.uid());
        return labels;
    }

    /** Those of one of its members. */
    static Map<String, String> labels(Meta cluster, String member) {
        var labels = labels(cluster);
        labels.put(NODE_LABEL, member);
        return labels;
    }

    static String clientService(Meta cluster) {
        return cluster.name() + "-client";
    }

    static String peerUrl(Meta cluster, String member) {
        return "http://" + host(cluster, member) + ":" + PEER_PORT;
    }

    static String clientUrl(Meta cluster, String member) {
        return "http://" + host(cluster, member) + ":" + CLIENT_PORT;
    }

    private static String host(Meta cluster, String member) {
        return member + "." + cluster.name() + "." + cluster.namespace() + ".svc";
    }

    /** The member whose peer URL this is, by its form; the URL itself where it has another form. */
    static String memberName(Meta cluster, String peerUrl) {
        String prefix = "http://" + cluster.name() + "-";
        int dot = peerUrl.indexOf('.');
        if (peerUrl.startsWith(prefix) && dot > 0) {
            String name = peerUrl.substring("http://".length(), dot);
            if (peerUrl(cluster, name).equals(peerUrl)) {
                return name;
            }
        }
        return peerUrl;
    }
}
