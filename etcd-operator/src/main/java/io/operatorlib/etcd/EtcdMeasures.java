package io.operatorlib.etcd;

import io.operatorlib.Measure;
import io.operatorlib.Resource;
import io.operatorlib.etcd.EtcdClusterStatus.MemberStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** What is shown of each cluster as gauges: what its status says, in numbers. */
final class EtcdMeasures {
    static final String WISHED = "etcd.cluster.size.wished";
    static final String PAUSED = "etcd.cluster.paused";
    static final String MEMBERS = "etcd.cluster.members";
    static final String ROLE = "role";
    static final String HEALTH = "health";
    static final String LEADER = "etcd.cluster.leader.known";
    static final String TROUBLED = "etcd.cluster.members.troubled";
    static final String PHASE = "etcd.cluster.phase";

    static final List<String> ROLES = List.of("Voter", "Learner", "None", "Unknown");
    static final List<String> HEALTHS = List.of("Serving", "Silent", "Lost", "Unknown");

    private EtcdMeasures() {}

    static List<Measure> of(Resource<EtcdClusterSpec, EtcdClusterStatus> cluster) {
        var measures = new ArrayList<Measure>();
        if (cluster.spec().size() != null) {
            measures.add(Measure.of(WISHED, cluster.spec().wished()));
        }
        measures.add(Measure.of(PAUSED, cluster.spec().isPaused()));
        var status = cluster.status();
        if (status == null) {
            return measures;
        }
        for (String role : ROLES) {
            for (String health : HEALTHS) {
                measures.add(
                        count(MEMBERS, status, member -> role.equals(member.role()) && health.equals(member.health()))
                                .tag(ROLE, role)
                                .tag(HEALTH, health));
            }
        }
        measures.add(count(TROUBLED, status, member -> member.message() != null));
        measures.add(Measure.of(LEADER, status.leader() != null));
        measures.add(Measure.of(PHASE, true).tag("phase", String.valueOf(status.phase())));
        return measures;
    }

    private static Measure count(String name, EtcdClusterStatus status, Predicate<MemberStatus> which) {
        var members = Objects.requireNonNullElse(status.members(), List.<MemberStatus>of());
        return Measure.of(name, (double) members.stream().filter(which).count());
    }
}
