package io.operatorlib.etcd;

import io.operatorlib.Plan;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done now, and why nothing more: steps, without the report.
 *
 * @param reason why the cluster is not at rest, or {@link Reason#ALL_SERVING}
 * @param blocked whether it stays so until somebody does something
 * @param latch the cluster's latch; empty before it has one
 * @param members their states; empty while etcd cannot be asked
 */
record Course(
        Plan<EtcdClusterStatus> plan,
        Reason reason,
        String message,
        boolean blocked,
        Optional<Latch> latch,
        List<Member> members) {

    static Course waiting(Plan<EtcdClusterStatus> plan, Reason reason, String message) {
        return new Course(plan, reason, message, false, Optional.empty(), List.of());
    }

    static Course blocked(Plan<EtcdClusterStatus> plan, Reason reason, String message) {
        return new Course(plan, reason, message, true, Optional.empty(), List.of());
    }

    Course of(Latch of) {
        return new Course(plan, reason, message, blocked, Optional.of(of), members);
    }

    Course with(List<Member> states) {
        return new Course(plan, reason, message, blocked, latch, states);
    }
}
