package io.operatorlib.etcd;

import java.time.Duration;
import java.util.List;

/**
 * The door to running etcd clusters: what a cluster says of itself, and the four changes of membership that the
 * operator makes. Calls block until they are answered or their deadline is over, which for reads the implementation sets.
 *
 * <p>A change that is refused, or got no answer, throws; nothing here retries. Implementations are safe for use by many
 * threads.
 */
public interface Etcd {
    /** A change of membership is agreed on and stored within milliseconds; a slow disk may take a second. */
    Duration CHANGE_DEADLINE = Duration.ofSeconds(5);

    /**
     * Where a member may be reached.
     *
     * @param peerUrl what the member list names it by, for example {@code http://db-x2x4z.db.default.svc:2380}
     * @param clientUrl where it listens for clients, at an address rather than at a name: {@code http://10.0.0.7:2379}
     */
    record Endpoint(String peerUrl, String clientUrl) {}

    /**
     * Asks a cluster who its members are. A read by quorum comes first, so the list is not older than this call; then
     * each member that has an endpoint is asked how it is, under a deadline of its own. An endpoint at which another
     * cluster, or another member, answers counts as silent.
     *
     * @param clusterId the cluster that is meant
     * @throws EtcdException with {@link EtcdException.Reason#NO_QUORUM} if no member could serve the read
     */
    Membership observe(long clusterId, List<Endpoint> endpoints);

    /**
     * Adds a member without a vote.
     *
     * @param ask the member that is asked to do it
     * @param atMost how long it may take, as with each of these changes: a request that could not be sent by then never is
     */
    void addLearner(Endpoint ask, String peerUrl, Duration atMost);

    /** Gives a learner its vote; refused as {@link EtcdException.Reason#NOT_IN_SYNC} until it has the leader's data. */
    void promote(Endpoint ask, long memberId, Duration atMost);

    /** Removes a member. Its process ends by itself. */
    void remove(Endpoint ask, long memberId, Duration atMost);

    /** Hands leadership to another voter. Only the leader itself can be asked. */
    void moveLeader(Endpoint leader, long memberId, Duration atMost);
}
