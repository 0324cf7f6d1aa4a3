package io.operatorlib.testing.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Ports;
import io.operatorlib.leader.ElectionStatus;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a program sees of a Lease that it may want to have. */
class CandidateTest {
    private static final Duration DURATION = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration SOON = LOOK.multipliedBy(4);

    /** A program with a Lease, and a thread that tells it at once when it is fit, or is no more. */
    private static final class Candidate {
        private volatile boolean fit;
        private volatile ElectionStatus status = new ElectionStatus(false, 0, Duration.ZERO, "", false, 0, "");

        Candidate(Sim sim, ApiServer server, String name, boolean fit) {
            this.fit = fit;
            sim.process(name, () -> server.as(Caller.ADMIN), ports -> {
                Scheduler scheduler = ports.scheduler();
                var elector = Elector.start(
                        LeaderElection.lease("work").lasting(DURATION).as(name),
                        new Ports(ports.kubeApi(), scheduler),
                        term -> scheduler.sleep(Duration.ofDays(1)),
                        () -> this.fit);
                scheduler.fork("look-" + name, () -> look(elector, scheduler));
            });
        }

        private void look(Elector elector, Scheduler scheduler) {
            boolean told = fit;
            try {
                while (true) {
                    if (fit != told) {
                        told = fit;
                        // region reconsider
                        elector.reconsider();
                        // endregion
                    }
                    status = elector.status();
                    scheduler.sleep(LOOK);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whoBecomesFitClaimsAtOnceWhereItSaysSo() {
        try (var sim = Sim.seeded(1)) {
            var one = new Candidate(sim, ApiServer.create(sim.scheduler()), "one", false);
            sim.pass(DURATION);
            assertThat(one.status.free()).isTrue();
            one.fit = true;
            sim.eventually(SOON, "it leads", () -> one.status.leads());
            assertThat(one.status.free()).isFalse();
            one.fit = false;
            sim.eventually(SOON, "it has given the Lease up", () -> !one.status.leads());
        }
    }

    @Test
    void aLeaseIsFoundFreeOnlyWhenNobodyHasItAndItsTermShowsWhoHeldItSince() {
        try (var sim = Sim.seeded(2)) {
            var server = ApiServer.create(sim.scheduler());
            var one = new Candidate(sim, server, "one", true);
            sim.eventually(DURATION, "it leads", () -> one.status.leads());
            var two = new Candidate(sim, server, "two", false);
            sim.pass(DURATION.multipliedBy(3));
            assertThat(two.status.free()).as("renewed all the time").isFalse();
            long term = one.status.term();
            assertThat(two.status.term()).isEqualTo(term);
            one.fit = false;
            sim.eventually(DURATION, "it is free", () -> two.status.free());
            one.fit = true;
            sim.eventually(DURATION, "somebody led since", () -> two.status.term() > term);
        }
    }
}
