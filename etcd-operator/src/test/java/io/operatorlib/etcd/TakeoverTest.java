package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a takeover of a living cluster would do is told, and what is in its way. */
class TakeoverTest {
    private static final String LIVING =
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: etcd.database.coreos.com/v1beta2
              kind: EtcdCluster
              metadata: {name: example, namespace: default}
              spec: {size: 3, version: 3.4.23}
            - apiVersion: v1
              kind: Service
              metadata: {name: example, namespace: default}
            - apiVersion: v1
              kind: Service
              metadata: {name: example-client, namespace: default}
            """ + pod("example-7rs6bw5x2p", "3.4.23", "True") + pod("example-hrmr8nqrhr", "3.4.23", "True")
                    + pod("example-z6dxbpgtp8", "3.4.23", "False");

    private static String pod(String name, String version, String ready) {
        return """
                - apiVersion: v1
                  kind: Pod
                  metadata:
                    name: %1$s
                    namespace: default
                    labels: {app: etcd, etcd_cluster: example, etcd_node: %1$s}
                    annotations: {etcd.version: "%2$s"}
                  spec:
                    volumes: [{name: etcd-data, emptyDir: {}}]
                  status:
                    phase: Running
                    conditions: [{type: Ready, status: "%3$s"}]
                """.formatted(name, version, ready);
    }

    /** The first lines of what is told, as the page on it shows them. */
    static final List<String> LINES = Takeover.of(LIVING).lines().limit(2).toList();

    @Test
    void eachMemberOfALivingClusterIsNamedWithWhatWouldBecomeOfIt() {
        assertThat(Takeover.of(LIVING)).isEqualTo("""
                default/example: 3 pods of CoreOS's operator
                  example-7rs6bw5x2p  Running, ready, etcd 3.4.23, data in its pod, no TLS
                  example-hrmr8nqrhr  Running, ready, etcd 3.4.23, data in its pod, no TLS
                  example-z6dxbpgtp8  Running, not ready, etcd 3.4.23, data in its pod, no TLS
                  a takeover would
                  - write down the cluster's ID, and that it has formed, in the ConfigMap example-latch
                  - select today's members by the Service example, which keeps its name and address
                  - select today's members by the Service example-client, which keeps its name and address
                  - make a PodDisruptionBudget example
                  - add a member, wait until it has caught up and votes, then remove example-7rs6bw5x2p from the member list and delete its pod
                  - add a member, wait until it has caught up and votes, then remove example-hrmr8nqrhr from the member list and delete its pod
                  - add a member, wait until it has caught up and votes, then remove example-z6dxbpgtp8 from the member list and delete its pod
                  nothing of this is done yet: this release takes no living cluster over. To move now, make a new cluster from a snapshot
                """);
    }

    @Test
    void whatIsInTheWayIsNamed() {
        String living = LIVING.replace("3.4.23", "3.2.13").replace("status: \"True\"", "status: \"False\"") + """
                - apiVersion: v1
                  kind: Endpoints
                  metadata:
                    name: etcd-operator
                    namespace: default
                    annotations:
                      control-plane.alpha.kubernetes.io/leader: '{"holderIdentity":"etcd-operator-5d","renewTime":"2019-01-01T00:00:00Z"}'
                """;
        assertThat(Takeover.of(living))
                .contains("- CoreOS's etcd operator still runs: etcd-operator-5d holds the lock default/etcd-operator")
                .contains("- only 0 of 3 members are ready")
                .contains("- members run etcd 3.2.13, and are added as learners")
                .contains("- its manifest asks for etcd 3.2.13");
    }

    @Test
    void podsOfThisOperatorAndOfOthersAreNone() {
        String ours = pod("db-a", "3.6.16", "True")
                .replace("etcd_node: db-a", "etcd_node: db-a, etcd.database.coreos.com/cluster-uid: u");
        assertThat(Takeover.of("apiVersion: v1\nkind: List\nitems:\n" + ours))
                .isEqualTo("no EtcdCluster and no pod of CoreOS's operator among the manifests\n");
        assertThat(Takeover.of("apiVersion: v1\nkind: List\nitems:\n" + pod("lost-1", "3.4.23", "True")))
                .startsWith("default/example: 1 pods of CoreOS's operator, and no EtcdCluster among the manifests\n");
    }
}
