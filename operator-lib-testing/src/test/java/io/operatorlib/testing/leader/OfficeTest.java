package io.operatorlib.testing.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.Ports;
import io.operatorlib.leader.Elector;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.leader.Leadership;
import io.operatorlib.leader.Office;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfficeTest {
    private static final Duration DURATION = Duration.ofSeconds(20);
    private static final Duration SOON = DURATION.multipliedBy(2);

    private final Sim sim = Sim.seeded(1);
    private volatile boolean fit = true;
    private final AtomicInteger changes = new AtomicInteger();
    private Office office;
    private Elector elector;

    @BeforeEach
    void begin() {
        var server = ApiServer.create(sim.scheduler());
        office = new Office(sim.scheduler(), changes::incrementAndGet);
        var ports = new Ports(server.as(Caller.ADMIN), sim.scheduler());
        var election = LeaderElection.lease("work").lasting(DURATION).as("one");
        elector = Elector.start(election, ports, office, () -> fit);
        sim.eventually(SOON, "it leads", () -> office.leadership().isPresent());
    }

    @AfterEach
    void end() {
        sim.close();
    }

    @Test
    void theLeaseIsKeptUntilTheOfficeIsLeft() {
        Leadership term = office.leadership().orElseThrow();
        assertThat(office.take(term)).isTrue();
        fit = false;
        sim.eventually(SOON, "it is to end", () -> office.leadership().isEmpty());
        assertThat(office.taken()).contains(term);
        sim.pass(DURATION.multipliedBy(3));
        assertThat(term.leads()).as("renewed meanwhile").isTrue();
        office.leave();
        sim.eventually(SOON, "the Lease is given up", () -> !elector.status().leads());
        assertThat(changes).hasValue(2);
    }

    @Test
    void nobodyTakesItUnderALeadershipThatIsOver() {
        Leadership first = office.leadership().orElseThrow();
        fit = false;
        sim.eventually(SOON, "it is over", () -> !elector.status().leads());
        assertThat(office.take(first)).isFalse();
        fit = true;
        sim.eventually(SOON, "there is another one", () -> office.leadership().isPresent());
        assertThat(office.take(first)).isFalse();
        assertThat(office.take(office.leadership().orElseThrow())).isTrue();
    }
}
