package io.operatorlib.etcd;

import io.operatorlib.FactSource;
import io.operatorlib.Observed;
import java.time.Duration;

/** Observes a cluster's membership: at what pace, and under which ID. */
final class EtcdFacts implements FactSource<EtcdClusterSpec, EtcdClusterStatus, Membership> {
    /** While something is being changed or waited for, each tenth of a second counts. */
    private static final Duration IN_MOTION = Duration.ofMillis(150);

    /** Members that come and go by themselves, such as one that restarts. */
    private static final Duration UNEASY = Duration.ofSeconds(1);

    /** At rest: often enough to see within seconds what no pod's status shows. */
    private static final Duration AT_REST = Duration.ofSeconds(3);

    private final Etcd etcd;

    EtcdFacts(Etcd etcd) {
        this.etcd = etcd;
    }

    @Override
    public Membership observe(Observed<EtcdClusterSpec, EtcdClusterStatus> seen) {
        var map = Latch.find(seen);
        if (map.isEmpty()) {
            throw new EtcdException(EtcdException.Reason.NO_QUORUM, "the cluster has not begun");
        }
        var endpoints = Roster.of(seen).endpoints();
        if (endpoints.isEmpty()) {
            throw new EtcdException(EtcdException.Reason.NO_QUORUM, "no member's pod has an address");
        }
        return etcd.observe(Latch.read(map.get()).clusterId(), endpoints);
    }

    /** How long until the next observation. */
    static Duration interval(Observed<EtcdClusterSpec, EtcdClusterStatus> seen) {
        if (seen.deleting()) {
            return AT_REST;
        }
        var course = EtcdReconciler.course(seen, Roster.of(seen));
        return switch (course.reason()) {
            case ALL_SERVING, PAUSED, HIBERNATED, SPEC_INVALID, DATA_LOST, QUORUM_LOST, FOREIGN_MEMBER -> AT_REST;
            case MEMBER_SILENT, POD_LEAVING, ETCD_UNREACHABLE, POD_NOT_RUNNING, TOO_FEW_HEALTHY, BOOTSTRAP_BROKEN ->
                UNEASY;
            default -> IN_MOTION;
        };
    }
}
