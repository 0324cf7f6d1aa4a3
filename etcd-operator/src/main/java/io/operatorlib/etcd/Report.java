package io.operatorlib.etcd;

import io.operatorlib.Condition;
import io.operatorlib.Fact;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what was seen of a cluster and what is being done: status, conditions, Events. */
final class Report {
    static final String AVAILABLE = "Available";
    static final String PROGRESSING = "Progressing";
    static final String SPEC_ACCEPTED = "SpecAccepted";
    static final String FAULT_TOLERANT = "FaultTolerant";

    private final Observed<EtcdClusterSpec, EtcdClusterStatus> seen;
    private final Roster roster;
    private final Course course;
    private final Optional<Membership> membership;

    Report(Observed<EtcdClusterSpec, EtcdClusterStatus> seen, Roster roster, Course course) {
        this.seen = seen;
        this.roster = roster;
        this.course = course;
        this.membership = seen.fact(Membership.class).known();
    }

    /** The course's plan, with the report. */
    Plan<EtcdClusterStatus> plan() {
        var bare = course.plan();
        var plan = new Plan<>(
                status(), bare.steps(), bare.conditions(), bare.notes(), bare.finalizers(), bare.requeueAfter());
        return warned(plan.condition(ready())
                .condition(available())
                .condition(progressing())
                .condition(specAccepted())
                .condition(faultTolerant()));
    }

    private EtcdClusterStatus status() {
        var voters = membership.map(Membership::voters);
        return new EtcdClusterStatus(
                phase(),
                voters.map(List::size).orElse(null),
                voters.map(Report::serving).orElse(null),
                membership.flatMap(Report::lowestVersion).orElse(null),
                course.latch().map(latch -> Long.toHexString(latch.clusterId())).orElse(null),
                membership
                        .flatMap(known -> known.member(known.leader()))
                        .map(this::name)
                        .orElse(null),
                course.latch().isPresent() ? EtcdCluster.clientService(seen.meta()) : null,
                members());
    }

    private String phase() {
        return switch (course.reason()) {
            case ALL_SERVING, POD_LEAVING -> "Running";
            case PAUSED, OLD_OPERATOR, OLD_MEMBERS -> "Paused";
            case HIBERNATED -> "Hibernated";
            case BOOTSTRAPPING -> "Bootstrapping";
            case QUORUM_LOST -> "QuorumLost";
            case DATA_LOST, BOOTSTRAP_BROKEN, SPEC_INVALID -> "Failed";
            case ETCD_UNREACHABLE -> "Unknown";
            case MEMBER_SILENT, MEMBER_COMPLAINS, TOO_FEW_HEALTHY, FOREIGN_MEMBER, LEADER_UNSETTLED, POD_NOT_RUNNING ->
                "Degraded";
            default -> "Changing";
        };
    }

    private List<EtcdClusterStatus.MemberStatus> members() {
        Map<String, MemberState> states =
                course.members().stream().collect(Collectors.toMap(Member::name, Member::state));
        Map<String, Membership.Member> lines = new HashMap<>();
        membership.ifPresent(known -> known.members().forEach(line -> lines.put(name(line), line)));
        var names = new TreeSet<>(roster.names());
        names.addAll(lines.keySet());
        return names.stream()
                .map(name -> member(name, lines.get(name), states.get(name)))
                .toList();
    }

    private EtcdClusterStatus.MemberStatus member(
            String name, Membership.@Nullable Member line, @Nullable MemberState state) {
        String message = Optional.ofNullable(roster.pods().get(name))
                .flatMap(PodView::trouble)
                .or(() -> Optional.ofNullable(line).flatMap(Membership.Member::complaint))
                .orElse(null);
        if (line == null) {
            return new EtcdClusterStatus.MemberStatus(
                    name, null, membership.isPresent() ? "None" : "Unknown", "Unknown", null, message);
        }
        var serving = line.health() instanceof Membership.Serving health ? health : null;
        boolean lost = state == MemberState.VOTER_LOST || state == MemberState.LEARNER_LOST;
        return new EtcdClusterStatus.MemberStatus(
                name,
                Long.toHexString(line.id()),
                line.learner() ? "Learner" : "Voter",
                lost ? "Lost" : serving == null ? "Silent" : "Serving",
                serving == null ? null : serving.version(),
                message);
    }

    private Condition ready() {
        // on a node that is gone a former member's pod may be terminating for ever
        boolean rests = course.reason() == Reason.ALL_SERVING
                || (course.reason() == Reason.POD_LEAVING && seen.spec().wished() > 0);
        if (course.reason() == Reason.PAUSED) {
            boolean whole = membership
                    .map(known -> known.voters().size() == seen.spec().wished()
                            && serving(known.voters()) == seen.spec().wished())
                    .orElse(false);
            return Condition.ready(whole, Reason.PAUSED.code(), course.message());
        }
        return Condition.ready(rests, course.reason().code(), course.message());
    }

    private Condition available() {
        if (membership.isPresent()) {
            return Condition.of(AVAILABLE, true, "QuorumServes", "etcd answers reads by quorum");
        }
        return switch (course.reason()) {
            case QUORUM_LOST, DATA_LOST, HIBERNATED, BOOTSTRAPPING, WAKING, BOOTSTRAP_BROKEN, SPEC_INVALID ->
                Condition.of(AVAILABLE, false, course.reason().code(), course.message());
            case POD_NOT_RUNNING ->
                course.latch().map(Latch::hasFormed).orElse(false)
                        ? Condition.unknown(AVAILABLE, Reason.ETCD_UNREACHABLE.code(), why())
                        : Condition.of(AVAILABLE, false, course.reason().code(), course.message());
            default -> Condition.unknown(AVAILABLE, Reason.ETCD_UNREACHABLE.code(), why());
        };
    }

    private String why() {
        return seen.fact(Membership.class) instanceof Fact.Unknown<Membership> unknown ? unknown.why() : "";
    }

    private Condition progressing() {
        boolean rests = course.reason() == Reason.ALL_SERVING
                || course.reason() == Reason.PAUSED
                || course.reason() == Reason.HIBERNATED;
        return Condition.of(
                PROGRESSING, !rests && !course.blocked(), course.reason().code(), course.message());
    }

    private Condition specAccepted() {
        if (course.reason() == Reason.SPEC_INVALID) {
            return Condition.of(SPEC_ACCEPTED, false, Reason.SPEC_INVALID.code(), course.message());
        }
        var differences = course.latch()
                .map(latch -> latch.template().differences(Template.of(seen.spec())))
                .orElse(List.of());
        return differences.isEmpty()
                ? Condition.of(SPEC_ACCEPTED, true, "Accepted", "members are made as the spec says")
                : Condition.of(
                        SPEC_ACCEPTED,
                        false,
                        "EditRefused",
                        "of a cluster that has begun only spec.size and spec.paused can be changed. Not carried out: "
                                + String.join("; ", differences) + ". Set back what is named here");
    }

    private Condition faultTolerant() {
        if (seen.spec().size() == null) {
            return Condition.unknown(FAULT_TOLERANT, Reason.SPEC_INVALID.code(), "spec.size is missing");
        }
        int size = seen.spec().wished();
        if (size > 0 && size % 2 == 0) {
            return Condition.of(
                    FAULT_TOLERANT,
                    size > 2,
                    "EvenSize",
                    size + " members tolerate no more failures than " + (size - 1) + ": choose an odd size");
        }
        return size < 3
                ? Condition.of(FAULT_TOLERANT, false, "TooSmall", "fewer than 3 members tolerate no failure")
                : Condition.of(
                        FAULT_TOLERANT, true, "OddSize", size + " members tolerate the failure of " + (size / 2));
    }

    private Plan<EtcdClusterStatus> warned(Plan<EtcdClusterStatus> plan) {
        var warned = plan;
        if (course.blocked() || course.reason() == Reason.POD_NOT_RUNNING) {
            warned = warned.warn(course.reason().code(), course.message());
        }
        Integer size = seen.spec().size();
        if (size != null && size > 0 && size % 2 == 0) {
            warned = warned.warn("EvenSize", size + " members tolerate no more failures than " + (size - 1));
        }
        var accepted = specAccepted();
        return accepted.reason().equals("EditRefused") ? warned.warn(accepted.reason(), accepted.message()) : warned;
    }

    private String name(Membership.Member line) {
        return EtcdCluster.memberName(seen.meta(), line.peerUrl());
    }

    private static int serving(List<Membership.Member> members) {
        return (int) members.stream().filter(Membership.Member::serving).count();
    }

    private static Optional<String> lowestVersion(Membership known) {
        return known.members().stream()
                .map(Membership.Member::health)
                .filter(Membership.Serving.class::isInstance)
                .map(health -> ((Membership.Serving) health).version())
                .min(Comparator.comparing(Report::numbers));
    }

    /** A form of a version that sorts as versions do. */
    private static String numbers(String version) {
        var parts = new ArrayList<String>();
        for (String part : version.split("[.-]", -1)) {
            parts.add("0".repeat(Math.max(0, 6 - part.length())) + part);
        }
        return String.join(".", parts);
    }
}
