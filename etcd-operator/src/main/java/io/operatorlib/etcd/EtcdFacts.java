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

    /** Somebody has to do something, and is to see soon that it was done. */
    private static final Duration BLOCKED = Duration.ofSeconds(3);

    /**
     * All members serve and their pods say so, each second: often enough for what no pod shows, such as an alarm or a
     * change of leader, and seldom enough to cost next to nothing.
     */
    private static final Duration AT_REST = Duration.ofSeconds(15);

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

    /** How long until the next observation. A pod that is not ready any more, or not yet, makes it soon. */
    static Duration interval(Observed<EtcdClusterSpec, EtcdClusterStatus> seen) {
        if (seen.deleting()) {
            return AT_REST;
        }
        var roster = Roster.of(seen);
        var course = EtcdReconciler.course(seen, roster);
        return switch (course.reason()) {
            case ALL_SERVING, PAUSED -> roster.pods().values().stream().allMatch(PodView::ready) ? AT_REST : UNEASY;
            case HIBERNATED, SPEC_INVALID, OLD_OPERATOR, OLD_MEMBERS -> AT_REST;
            case DATA_LOST, QUORUM_LOST, FOREIGN_MEMBER, MEMBER_COMPLAINS -> BLOCKED;
            case MEMBER_SILENT, POD_LEAVING, ETCD_UNREACHABLE, POD_NOT_RUNNING, TOO_FEW_HEALTHY, BOOTSTRAP_BROKEN ->
                UNEASY;
            default -> IN_MOTION;
        };
    }
}
