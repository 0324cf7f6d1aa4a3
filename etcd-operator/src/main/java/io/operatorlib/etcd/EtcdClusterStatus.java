package io.operatorlib.etcd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of an etcd cluster. Nothing is ever decided from it.
 *
 * @param phase one word for people: {@code Bootstrapping}, {@code Running}, {@code Changing}, {@code Degraded},
 *     {@code Unknown}, {@code QuorumLost}, {@code Hibernated}, {@code Paused}, {@code Failed}
 * @param voters how many members vote; null while etcd cannot be asked
 * @param ready how many voters answer; null while etcd cannot be asked
 * @param version the lowest that any member was seen to run
 * @param clusterId etcd's own ID of the cluster, in hexadecimal digits
 * @param leader the pod of the member that leads
 * @param clientService where clients find the voters
 */
public record EtcdClusterStatus(
        String phase,
        @Nullable Integer voters,
        @Nullable Integer ready,
        @Nullable String version,
        @Nullable String clusterId,
        @Nullable String leader,
        @Nullable String clientService,
        List<MemberStatus> members) {

    /**
     * One member.
     *
     * @param name of its pod
     * @param id in the member list, in hexadecimal digits
     * @param role {@code Voter}, {@code Learner}, or {@code None} for one that is not listed; {@code Unknown} while etcd
     *     cannot be asked
     * @param health {@code Serving}, {@code Silent}, {@code Unknown}
     * @param version of the etcd that it runs
     * @param message what is wrong with it, or is being done about it
     */
    public record MemberStatus(
            String name,
            @Nullable String id,
            String role,
            String health,
            @Nullable String version,
            @Nullable String message) {}
}
