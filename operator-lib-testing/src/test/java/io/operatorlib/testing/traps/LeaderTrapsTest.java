package io.operatorlib.testing.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.extended.leaderelection.LeaderElectionRecord;
import io.kubernetes.client.extended.leaderelection.Lock;
import io.kubernetes.client.openapi.ApiException;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.testing.traps.Rival.Ours;
import io.operatorlib.testing.traps.Rival.Theirs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Electors that release before the work has ended, take what is not theirs, and do not end or go on for ever. */
@Execution(ExecutionMode.CONCURRENT)
class LeaderTrapsTest {
    private static final KindRef LEASES = new KindRef("coordination.k8s.io", "v1", "Lease", "leases", true);
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration A_WHILE = Duration.ofMillis(700);

    /** Two rivals of each sort compete on a server of their own, so that they do not meet. */
    private final TrapServer their = new TrapServer();

    private final TrapServer our = new TrapServer();
    private final List<Theirs> theirs = new ArrayList<>();
    private final List<Ours> ours = new ArrayList<>();

    @AfterEach
    void end() {
        ours.forEach(rival -> rival.stop(Duration.ofSeconds(5)));
        theirs.forEach(Theirs::interrupt);
        their.close();
        our.close();
    }

    private Theirs theirs(String name, Duration lease, Duration workGoesOn) {
        var rival = new Theirs(their, name, lease, workGoesOn);
        theirs.add(rival);
        return rival;
    }

    private Ours ours(String name, Duration lease, Duration workGoesOn) {
        var rival = new Ours(our, name, lease, workGoesOn);
        ours.add(rival);
        return rival;
    }

    private static void make(TrapServer server, String rest) {
        server.user.create(
                LEASES,
                "default",
                Json.parse("{\"metadata\":{\"name\":\"work\"}" + rest.replace('\'', '"') + "}"),
                "helm");
    }

    @Test
    void t7a_whoStandsByStopsWhenHeIsAskedTo() {
        assertThat(theirs("a", LEASE, AT_ONCE).leads()).isTrue();
        assertThat(ours("a", LEASE, AT_ONCE).leads()).isTrue();
        var theirSecond = theirs("b", LEASE, AT_ONCE);
        var ourSecond = ours("b", LEASE, AT_ONCE);
        TrapServer.pass(A_WHILE);
        boolean theirEnd = theirSecond.stop(Duration.ofSeconds(2));
        long before = System.nanoTime();
        assertThat(ourSecond.stop(Duration.ofSeconds(2))).isTrue();
        var took = Duration.ofNanos(System.nanoTime() - before);
        SideBySide.tell(
                "T7a", theirEnd ? "stops" : "does not return from run()", "stops after " + took.toMillis() + " ms");
    }

    @Test
    void t7b_theLeaseIsReleasedWhenTheWorkHasEnded() {
        var longer = Duration.ofMillis(2_500);
        var theirFirst = theirs("a", LEASE, longer);
        var ourFirst = ours("a", LEASE, longer);
        assertThat(theirFirst.leads() && ourFirst.leads()).isTrue();
        var theirSecond = theirs("b", LEASE, AT_ONCE);
        var ourSecond = ours("b", LEASE, AT_ONCE);
        TrapServer.pass(A_WHILE);
        theirFirst.stop(Duration.ZERO);
        assertThat(ourFirst.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(ourSecond.leads()).isTrue();
        assertThat(theirSecond.leads()).isTrue();
        assertThat(TrapServer.comes(() -> !theirFirst.working)).isTrue();
        var overlap = Rival.overlap(ourFirst, ourSecond);
        assertThat(overlap).isLessThanOrEqualTo(Duration.ZERO);
        SideBySide.tell("T7b", Rival.words(Rival.overlap(theirFirst, theirSecond)), Rival.words(overlap));
    }

    @Test
    void t7c_aSlowReplyProlongsNothing() {
        var theirFirst = theirs("a", LEASE, AT_ONCE);
        var ourFirst = ours("a", LEASE, AT_ONCE);
        assertThat(theirFirst.leads() && ourFirst.leads()).isTrue();
        var theirSecond = theirs("b", LEASE, AT_ONCE);
        var ourSecond = ours("b", LEASE, AT_ONCE);
        TrapServer.pass(A_WHILE);
        // a renewal takes effect at once, its reply is late, and after that nothing gets through
        slowThenCut(their, theirFirst);
        slowThenCut(our, ourFirst);
        assertThat(theirSecond.leads() && ourSecond.leads()).isTrue();
        assertThat(TrapServer.comes(() -> !theirFirst.working)).isTrue();
        assertThat(TrapServer.comes(() -> !ourFirst.working)).isTrue();
        var overlap = Rival.overlap(ourFirst, ourSecond);
        assertThat(overlap).isLessThanOrEqualTo(Duration.ZERO);
        SideBySide.tell("T7c", Rival.words(Rival.overlap(theirFirst, theirSecond)), Rival.words(overlap));
    }

    private static void slowThenCut(TrapServer server, Rival leader) {
        Duration late = Duration.ofMillis(1_300);
        leader.wire.replies = late;
        long renewals = renewals(server);
        assertThat(TrapServer.comes(() -> renewals(server) > renewals)).isTrue();
        TrapServer.pass(late.minusMillis(50));
        leader.wire.cut = true;
        leader.wire.replies = Duration.ZERO;
    }

    private static long renewals(TrapServer server) {
        return server.requests.stream()
                .filter(request -> request.method() == io.operatorlib.spi.ApiRequest.Method.PUT)
                .count();
    }

    @Test
    void t7d_whoLostTheLeaseWaitsForTheEndOfHisWork() {
        var theirFirst = theirs("a", LEASE, A_WHILE);
        var ourFirst = ours("a", LEASE, A_WHILE);
        assertThat(theirFirst.leads() && ourFirst.leads()).isTrue();
        theirFirst.wire.cut = true;
        ourFirst.wire.cut = true;
        assertThat(TrapServer.comes(() -> theirFirst.toldToEnd != 0 && ourFirst.toldToEnd != 0))
                .isTrue();
        ourFirst.wire.cut = false;
        assertThat(TrapServer.comes(() -> !theirFirst.working && ourFirst.began.get() == 2))
                .isTrue();
        long early = (theirFirst.workEnded - theirFirst.returned) / 1_000_000;
        assertThat(ourFirst.workBegan)
                .as("the next term begins after the last one's work")
                .isGreaterThan(ourFirst.workEnded);
        SideBySide.tell(
                "T7d",
                "run() returned " + early + " ms before the work ended",
                "stood by again after the work had ended");
    }

    @Test
    void t7e_whoseOwnLeaseIsShorterWaitsForTheOneThatTheHolderDeclared() {
        var longer = Duration.ofSeconds(12);
        var theirFirst = theirs("a", longer, AT_ONCE);
        var ourFirst = ours("a", longer, AT_ONCE);
        assertThat(theirFirst.leads() && ourFirst.leads()).isTrue();
        var theirSecond = theirs("b", Duration.ofSeconds(1), AT_ONCE);
        var ourSecond = ours("b", Duration.ofSeconds(1), AT_ONCE);
        boolean stolen = TrapServer.comes(() -> theirSecond.working, Duration.ofSeconds(4));
        TrapServer.pass(A_WHILE);
        assertThat(ourSecond.began).hasValue(0);
        assertThat(ourFirst.working).isTrue();
        SideBySide.tell(
                "T7e", stolen ? "took a healthy leader's lease, and both worked" : "took nothing", "took nothing");
    }

    @Test
    void t9_aLeaseThatAnInstallerMadeIsTaken() {
        var outcomes = new ArrayList<String>();
        for (String spec : List.of("", ",'spec':{}", ",'spec':{'holderIdentity':''}")) {
            try (var theirServer = new TrapServer();
                    var ourServer = new TrapServer()) {
                make(theirServer, spec);
                make(ourServer, spec);
                var theirOne = new Theirs(theirServer, "a", LEASE, AT_ONCE);
                theirs.add(theirOne);
                var ourOne = new Ours(ourServer, "a", LEASE, AT_ONCE);
                assertThat(TrapServer.comes(() -> ourOne.working, Duration.ofSeconds(2)))
                        .isTrue();
                TrapServer.pass(A_WHILE);
                outcomes.add(theirOne.working ? "led" : "did not lead");
                assertThat(ourOne.stop(Duration.ofSeconds(5))).isTrue();
            }
        }
        SideBySide.tell("T9", "without, with an empty and with a half spec: " + outcomes, "led at once");
    }

    @Test
    void t35_whoNeverBeganIsNotToldToEnd() {
        assertThat(theirs("a", LEASE, AT_ONCE).leads()).isTrue();
        assertThat(ours("a", LEASE, AT_ONCE).leads()).isTrue();
        var theirSecond = theirs("b", LEASE, AT_ONCE);
        var ourSecond = ours("b", LEASE, AT_ONCE);
        TrapServer.pass(A_WHILE);
        theirSecond.interrupt();
        assertThat(TrapServer.comes(theirSecond::over)).isTrue();
        assertThat(ourSecond.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(ourSecond.began).hasValue(0);
        assertThat(ourSecond.toldToEnd).isZero();
        SideBySide.tell("T35", "stop hook called " + theirSecond.stopHooks + " times", "not called");
    }

    @Test
    void t36_oneExceptionInARenewalCostsNothing() {
        var stumble = new AtomicBoolean();
        var theirOne = new Theirs(their, "a", LEASE, AT_ONCE, lock -> new StumblingLock(lock, stumble));
        theirs.add(theirOne);
        var ourOne = ours("a", LEASE, AT_ONCE);
        assertThat(theirOne.leads() && ourOne.leads()).isTrue();
        stumble.set(true);
        ourOne.next = new IllegalStateException("a bug in a renewal");
        boolean lost = TrapServer.comes(() -> !theirOne.working, LEASE);
        TrapServer.pass(A_WHILE);
        assertThat(ourOne.next).as("it was thrown").isNull();
        assertThat(ourOne.working).isTrue();
        assertThat(ourOne.began).hasValue(1);
        SideBySide.tell("T36", lost ? "lost the leadership" : "went on", "went on");
    }

    private record StumblingLock(Lock lock, AtomicBoolean stumble) implements Lock {
        @Override
        public LeaderElectionRecord get() throws ApiException {
            return lock.get();
        }

        @Override
        public boolean create(LeaderElectionRecord record) {
            return lock.create(record);
        }

        @Override
        public boolean update(LeaderElectionRecord record) {
            if (stumble.getAndSet(false)) {
                throw new IllegalStateException("a bug in a renewal");
            }
            return lock.update(record);
        }

        @Override
        public String identity() {
            return lock.identity();
        }

        @Override
        public String describe() {
            return lock.describe();
        }
    }

    @Test
    void t39_aLeaseThatIsReleasedIsNoticedAtOnce() {
        var six = Duration.ofSeconds(6);
        var theirFirst = theirs("a", six, AT_ONCE);
        var ourFirst = ours("a", six, AT_ONCE);
        assertThat(theirFirst.leads() && ourFirst.leads()).isTrue();
        var theirSecond = theirs("b", six, AT_ONCE);
        var ourSecond = ours("b", six, AT_ONCE);
        TrapServer.pass(A_WHILE);
        theirFirst.stop(Duration.ZERO);
        assertThat(ourFirst.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(theirSecond.leads() && ourSecond.leads()).isTrue();
        var theirs = Duration.ofNanos(theirSecond.workBegan - theirFirst.workEnded);
        var ours = Duration.ofNanos(ourSecond.workBegan - ourFirst.workEnded);
        assertThat(ours).as("not by polling each second").isLessThan(theirs);
        SideBySide.tell("T39", "after " + theirs.toMillis() + " ms", "after " + ours.toMillis() + " ms");
    }

    @Test
    void t40_aLeaseIsTakenWhenItsDurationHasPassedHereAndAReleasedOneAtOnce() {
        String expired = ",'spec':{'holderIdentity':'gone','leaseDurationSeconds':2,'leaseTransitions':7,"
                + "'acquireTime':'2020-01-01T00:00:00.000000Z','renewTime':'2020-01-01T00:00:00.000000Z'}";
        make(their, expired);
        make(our, expired);
        long before = System.nanoTime();
        var theirOne = theirs("a", Duration.ofSeconds(6), AT_ONCE);
        var ourOne = ours("a", Duration.ofSeconds(6), AT_ONCE);
        assertThat(theirOne.leads() && ourOne.leads()).isTrue();
        var theirs = Duration.ofNanos(theirOne.workBegan - before);
        var ours = Duration.ofNanos(ourOne.workBegan - before);
        assertThat(ours)
                .as("the duration that the lease declares")
                .isBetween(Duration.ofSeconds(2), Duration.ofMillis(3_500));
        SideBySide.tell(
                "T40",
                "a lease of 2 s that expired years ago is taken after " + theirs.toMillis() + " ms",
                "after " + ours.toMillis() + " ms, for no clock elsewhere is believed; a released one at once (T39)");
    }

    @Test
    void t41_whoLostTheLeaseStandsByAndLeadsAgainUnderALaterTerm() {
        var theirOne = theirs("a", LEASE, AT_ONCE);
        var ourOne = ours("a", LEASE, AT_ONCE);
        assertThat(theirOne.leads() && ourOne.leads()).isTrue();
        theirOne.wire.cut = true;
        ourOne.wire.cut = true;
        assertThat(TrapServer.comes(() -> theirOne.toldToEnd != 0 && !ourOne.working))
                .isTrue();
        theirOne.wire.cut = false;
        ourOne.wire.cut = false;
        assertThat(ourOne.leads()).isTrue();
        TrapServer.pass(A_WHILE);
        assertThat(ourOne.elector.status().term()).isEqualTo(2);
        SideBySide.tell(
                "T41",
                theirOne.began.get() == 2 ? "leads again" : "never leads again",
                "leads again, in its second term");
    }
}
