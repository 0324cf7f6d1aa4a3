package io.operatorlib.etcd;

import io.operatorlib.Fact;
import io.operatorlib.Observed;
import io.operatorlib.Plan;
import io.operatorlib.Reconciler;
import java.time.Duration;

/**
 * Plans for one etcd cluster.
 *
 * <p><b>Flow.</b> CoreOS's operator runs, or the spec cannot be carried out: nothing → no latch → {@link Bootstrap} → etcd answers: the {@link Planner} decides, on the member list → etcd
 * cannot be asked: {@link Blind}. {@link Report} says what was seen and what comes of it.
 */
public final class EtcdReconciler implements Reconciler<EtcdClusterSpec, EtcdClusterStatus> {

    @Override
    public Plan<EtcdClusterStatus> reconcile(Observed<EtcdClusterSpec, EtcdClusterStatus> seen) {
        if (seen.deleting()) {
            return Plan.withoutStatus(); // what it owns is collected; no quorum is needed for that
        }
        var roster = Roster.of(seen);
        var course = course(seen, roster);
        if (course.reason() == Reason.ASKING) {
            return course.plan();
        }
        var report = new Report(seen, roster, course);
        if (course.reason() == Reason.OLD_OPERATOR) {
            return OldOperator.beside(seen)
                    .flatMap(OldOperator::until)
                    .map(until -> report.plan().requeueAfter(atLeastASecond(Duration.between(seen.now(), until))))
                    .orElseGet(report::plan);
        }
        return roster.nextOverdue(goneAfter(course))
                .map(time -> report.plan().requeueAfter(atLeastASecond(Duration.between(seen.now(), time))))
                .orElseGet(report::plan);
    }

    static Course course(Observed<EtcdClusterSpec, EtcdClusterStatus> seen, Roster roster) {
        var other = OldOperator.beside(seen);
        if (other.isPresent()) {
            return Course.blocked(
                    Plan.withoutStatus(), Reason.OLD_OPERATOR, other.get().advice());
        }
        var oldMembers = OldMembers.of(seen);
        if (!oldMembers.isEmpty()) {
            return Course.blocked(Plan.withoutStatus(), Reason.OLD_MEMBERS, OldMembers.advice(oldMembers));
        }
        var problem = SpecCheck.problem(seen.meta(), seen.spec());
        if (problem.isPresent()) {
            return Course.blocked(Plan.withoutStatus(), Reason.SPEC_INVALID, problem.get());
        }
        var map = Latch.find(seen);
        if (seen.spec().isPaused()) {
            var paused = Course.waiting(
                    Plan.withoutStatus(), Reason.PAUSED, "spec.paused is true: the operator changes nothing");
            return map.map(latch -> paused.of(Latch.read(latch))).orElse(paused);
        }
        var bootstrap = new Bootstrap(seen, roster);
        if (map.isEmpty()) {
            return bootstrap.withoutLatch();
        }
        var latch = Latch.read(map.get());
        if (latch.wiping()) {
            return bootstrap.wiping(map.get(), latch);
        }
        if (!latch.isArmed()) {
            return bootstrap.unarmed(map.get(), latch);
        }
        var fact = seen.fact(Membership.class);
        if (fact instanceof Fact.Known<Membership> known) {
            return new Running(seen, roster, map.get(), latch, known.value()).course();
        }
        if (latch.hibernating()) {
            return new Hibernation(seen, roster, latch).course();
        }
        var unknown = (Fact.Unknown<Membership>) fact;
        if (!latch.hasFormed()) {
            return bootstrap.armed(map.get(), latch, unknown);
        }
        if (unknown.asking()) {
            return Course.waiting(Plan.withoutStatus(), Reason.ASKING, unknown.why());
        }
        return new Blind(roster, latch, new MemberPod(seen, latch))
                .course(Surroundings.plan(seen, latch.formed().size()), unknown);
    }

    private static Duration goneAfter(Course course) {
        return Duration.ofSeconds(course.latch()
                .map(latch -> latch.template().schedule().nodeGoneAfter())
                .orElse(Scheduling.NODE_GONE_AFTER_SECONDS));
    }

    private static Duration atLeastASecond(Duration time) {
        return time.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : time;
    }
}
