package io.operatorlib.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.leader.LeaseMachine.Attempt;
import io.operatorlib.internal.leader.LeaseMachine.Decision;
import io.operatorlib.internal.leader.LeaseMachine.Lapse;
import io.operatorlib.internal.leader.LeaseMachine.Leading;
import io.operatorlib.internal.leader.LeaseMachine.Look;
import io.operatorlib.internal.leader.LeaseMachine.Rest;
import io.operatorlib.internal.leader.LeaseMachine.Waiting;
import io.operatorlib.internal.leader.LeaseMachine.Write;
import io.operatorlib.leader.LeaderElection;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseMachineTest {
    private static final LeaderElection TEN_SECONDS = LeaderElection.lease("work")
            .in("default")
            .lasting(Duration.ofSeconds(10))
            .retryEvery(Duration.ofSeconds(2));
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private static long seconds(double seconds) {
        return (long) (seconds * 1_000_000_000);
    }

    private static Lease lease(int version, String spec) {
        return new Lease(Json.parse("{\"metadata\":{\"name\":\"work\",\"namespace\":\"default\",\"resourceVersion\":\""
                + version + "\"}" + (spec.isEmpty() ? "" : ",\"spec\":" + spec.replace('\'', '"')) + "}"));
    }

    private static Lease heldByOther(int version, int seconds, String renewed) {
        return lease(
                version,
                "{'holderIdentity':'other','leaseDurationSeconds':" + seconds + ",'leaseTransitions':4,'renewTime':'"
                        + renewed + "'}");
    }

    private static LeaseMachine begin() {
        return LeaseMachine.begin(TEN_SECONDS, "me");
    }

    private static LeaseMachine leading(long since) {
        var machine = begin().seen(Lease.none("default", "work"), since);
        var claim = (Write) machine.decide(since, NOON);
        return machine.written(stored(claim.lease(), 7), new Attempt(claim.lease(), since));
    }

    private static Lease stored(Lease written, int version) {
        var object = written.object().deepCopy();
        object.getAsJsonObject("metadata").addProperty("resourceVersion", "" + version);
        return new Lease(object);
    }

    private static LeaseMachine lost(LeaseMachine machine, Decision decision, long began) {
        return machine.unanswered(new Attempt(((Write) decision).lease(), began));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'holderIdentity':''}",
                "{'holderIdentity':'','leaseDurationSeconds':1,'leaseTransitions':4}",
                "{'holderIdentity':'other'}",
                "{'leaseDurationSeconds':3600}",
                "{'renewTime':'2030-01-01T12:00:00.000000Z'}"
            })
    void aLeaseThatIsNobodysIsClaimedAtOnce(String spec) {
        var machine = begin().seen(lease(3, spec), seconds(100));
        assertThat(machine.decide(seconds(100), NOON)).isInstanceOfSatisfying(Write.class, write -> {
            assertThat(write.lease().holder()).isEqualTo("me");
            assertThat(write.lease().stored()).isTrue();
            assertThat(write.lease().term()).isGreaterThan(lease(3, spec).term());
        });
    }

    @Test
    void aLeaseThatIsNotThereIsCreated() {
        var machine = begin().seen(Lease.none("default", "work"), 0);
        assertThat(machine.decide(0, NOON)).isInstanceOfSatisfying(Write.class, write -> {
            assertThat(write.lease().stored()).isFalse();
            assertThat(write.lease().term()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2030-01-01T11:00:00.000000Z", "2030-01-01T13:00:00.000000Z", "1970-01-01T00:00:00.000000Z"})
    void aHeldLeaseIsClaimedWhenItsOwnDurationHasPassedHereWhateverTheClocksSay(String renewed) {
        long seen = seconds(50);
        var machine = begin().seen(heldByOther(3, 30, renewed), seen);
        assertThat(machine.decide(seen + seconds(29.999), NOON)).isEqualTo(new Rest(seen + seconds(30)));
        assertThat(machine.decide(seen + seconds(30), NOON)).isInstanceOf(Write.class);
    }

    @Test
    void aLeaseIsFreeOnceItCouldBeClaimed() {
        assertThat(begin().free(0)).as("nothing was seen yet").isFalse();
        assertThat(begin().seen(Lease.none("default", "work"), 0).free(0)).isTrue();
        var machine = begin().seen(heldByOther(1, 30, "2030-01-01T12:00:00.000000Z"), 0);
        assertThat(machine.free(seconds(29.9))).isFalse();
        assertThat(machine.free(seconds(30))).isTrue();
        assertThat(leading(0).free(seconds(60))).isFalse();
    }

    @Test
    void onlyAChangeOfWhatTheLeaseSaysProlongsIt() {
        var machine = begin().seen(heldByOther(3, 30, "2030-01-01T12:00:00.000000Z"), 0);
        var annotated = machine.seen(heldByOther(4, 30, "2030-01-01T12:00:00.000000Z"), seconds(20));
        assertThat(annotated.decide(seconds(20), NOON)).isEqualTo(new Rest(seconds(30)));
        assertThat(((Waiting) annotated.standing()).seen().toString()).contains("version=4");
        var renewed = machine.seen(heldByOther(4, 30, "2030-01-01T12:00:01.000000Z"), seconds(20));
        assertThat(renewed.decide(seconds(20), NOON)).isEqualTo(new Rest(seconds(50)));
    }

    @Test
    void theLeaseOfAnEarlierContainerOfTheSamePodIsTakenAtOnce() {
        String earlier = "{'holderIdentity':'pod-a_0000000000000001','leaseDurationSeconds':30}";
        var inPod = LeaseMachine.begin(TEN_SECONDS.asPod("pod-a"), "pod-a_0000000000000002");
        assertThat(inPod.seen(lease(3, earlier), 0).decide(0, NOON)).isInstanceOf(Write.class);
        var inOther = LeaseMachine.begin(TEN_SECONDS.asPod("pod"), "pod_0000000000000002");
        assertThat(inOther.seen(lease(3, earlier), 0).decide(0, NOON)).isEqualTo(new Rest(seconds(30)));
        var sameName = LeaseMachine.begin(TEN_SECONDS.as("pod-a"), "pod-a_0000000000000002");
        assertThat(sameName.seen(lease(3, earlier), 0).decide(0, NOON)).isEqualTo(new Rest(seconds(30)));
    }

    @Test
    void aHeldLeaseThatWasDeletedIsWaitedForAllTheSame() {
        var machine = begin().seen(heldByOther(3, 30, "2030-01-01T12:00:00.000000Z"), 0)
                .seen(Lease.none("default", "work"), seconds(5))
                .seen(Lease.none("default", "work"), seconds(6));
        assertThat(machine.decide(seconds(29), NOON)).isEqualTo(new Rest(seconds(30)));
        assertThat(machine.decide(seconds(30), NOON)).isInstanceOfSatisfying(Write.class, write -> {
            assertThat(write.lease().stored()).isFalse();
            assertThat(write.lease().term()).isEqualTo(5);
        });
    }

    @Test
    void leadingCountsFromTheBeginningOfTheRequestAndEndsBeforeTheOthersMayBegin() {
        var machine = begin().seen(Lease.none("default", "work"), 0);
        var claim = (Write) machine.decide(0, NOON);
        var led = machine.written(stored(claim.lease(), 7), new Attempt(claim.lease(), seconds(3)));
        assertThat(led.validUntil())
                .contains(seconds(3) + TEN_SECONDS.validity().toNanos());
        assertThat(led.decide(seconds(10.9), NOON)).isInstanceOf(Write.class);
        assertThat(led.decide(seconds(11), NOON)).isEqualTo(new Lapse());
    }

    @Test
    void aRenewalWithoutReplyIsLookedForAndCountsFromItsOwnBeginningIfItTookEffect() {
        var led = leading(0);
        var renewal = led.decide(seconds(2), NOON);
        var doubtful = lost(led, renewal, seconds(2));
        assertThat(doubtful.decide(seconds(6), NOON)).isEqualTo(new Look());
        var found = doubtful.seen(stored(((Write) renewal).lease(), 8), seconds(6));
        assertThat(found.validUntil()).contains(seconds(10));
        var notFound = doubtful.seen(stored(((Leading) led.standing()).mine(), 7), seconds(6));
        assertThat(notFound.validUntil()).contains(seconds(8));
        assertThat(notFound.decide(seconds(6), NOON)).isInstanceOf(Write.class);
    }

    @Test
    void aClaimWithoutReplyLeadsOnceItIsSeenToHaveTakenEffect() {
        var machine = begin().seen(Lease.none("default", "work"), 0);
        var claim = machine.decide(0, NOON);
        var doubtful = lost(machine, claim, 0);
        assertThat(doubtful.decide(seconds(4), NOON)).isEqualTo(new Look());
        assertThat(doubtful.seen(stored(((Write) claim).lease(), 7), seconds(4)).validUntil())
                .contains(seconds(8));
        assertThat(doubtful.seen(Lease.none("default", "work"), seconds(4)).decide(seconds(4), NOON))
                .isInstanceOf(Write.class);
    }

    @Test
    void anotherNameInTheLeaseEndsTheLeadershipAtOnce() {
        var machine = leading(0).seen(heldByOther(9, 30, "2030-01-01T12:00:00.000000Z"), seconds(1));
        assertThat(machine.validUntil()).isEmpty();
        assertThat(machine.decide(seconds(1), NOON)).isEqualTo(new Rest(seconds(31)));
        assertThat(leading(0).seen(lease(9, "{}"), seconds(1)).validUntil()).isEmpty();
    }

    @Test
    void aLeaseThatIsDeletedUnderItsHolderIsMadeAgainByHim() {
        var machine = leading(0).seen(Lease.none("default", "work"), seconds(1));
        assertThat(machine.validUntil()).contains(seconds(8));
        assertThat(machine.decide(seconds(2), NOON))
                .isInstanceOfSatisfying(
                        Write.class, write -> assertThat(write.lease().stored()).isFalse());
    }

    @Test
    void aLapsedLeaseThatNobodyTookIsClaimedAnewUnderALaterTerm() {
        var machine = leading(0).lapsed(seconds(9));
        assertThat(machine.validUntil()).isEmpty();
        assertThat(machine.decide(seconds(9), NOON))
                .isInstanceOfSatisfying(
                        Write.class, write -> assertThat(write.lease().term()).isEqualTo(2));
    }

    @Test
    void eachRenewalDiffersFromTheOneBeforeThoughTheClockGoesBack() {
        var led = leading(0);
        var first = ((Leading) led.standing()).mine();
        var second = ((Write) led.decide(seconds(2), NOON.minusSeconds(3600))).lease();
        assertThat(second.says(first)).isFalse();
        assertThat(second.renewed()).isAfter(first.renewed());
        assertThat(Json.text(second.object(), "spec", "acquireTime"))
                .isEqualTo(Json.text(first.object(), "spec", "acquireTime"));
    }

    @Test
    void whatOthersWroteIntoTheLeaseStaysThere() {
        var lease = lease(3, "{'strategy':'OldestEmulationVersion'}");
        lease.object().getAsJsonObject("metadata").addProperty("generation", 5);
        var written = ((Write) begin().seen(lease, 0).decide(0, NOON)).lease();
        assertThat(Json.text(written.object(), "spec", "strategy")).isEqualTo("OldestEmulationVersion");
        assertThat(Json.number(0, written.object(), "metadata", "generation")).isEqualTo(5);
    }

    @Test
    void aReleaseLeavesTheTermAndNoHolder() {
        var machine = leading(0);
        var free = machine.release(NOON).orElseThrow();
        assertThat(free.holder()).isEmpty();
        assertThat(free.held()).isFalse();
        assertThat(free.term()).isEqualTo(1);
        var after = machine.released(stored(free, 8), seconds(1));
        assertThat(after.decide(seconds(1), NOON)).isEqualTo(new Rest(seconds(3)));
        assertThat(begin().release(NOON)).isEmpty();
    }
}
