package io.operatorlib.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.operatorlib.ActRefused;
import io.operatorlib.Permission;
import io.operatorlib.leader.LeadershipLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is looked at once more just before a change of membership: db-a, db-b and db-c vote, and db-c leads. */
final class EtcdPerformerTest {
    private static final long CLUSTER = 77;
    private static final long A = 1;
    private static final long B = 2;
    private static final long C = 3;
    private static final long D = 4;
    private static final Permission MAY = () -> Duration.ofMinutes(1);
    private static final Membership.Health SERVING = new Membership.Serving("3.6.16", List.of());
    private static final Membership.Health SILENT = new Membership.Silent("no answer in time");

    private final Scene scene = new Scene("{'size':3,'version':'3.6.16'}").formed();
    private final Answering etcd = new Answering();

    EtcdPerformerTest() {
        lists(voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"));
    }

    /** Says what a test has put down, and notes what is asked of it. */
    private static final class Answering implements Etcd {
        Membership membership = new Membership(CLUSTER, C, List.of());
        final List<String> asked = new ArrayList<>();

        @Override
        public Membership observe(long clusterId, List<Endpoint> endpoints) {
            return membership;
        }

        @Override
        public void addLearner(Endpoint ask, String peerUrl, Duration atMost) {
            note("add " + EtcdPerformerTest.name(peerUrl), ask);
        }

        @Override
        public void promote(Endpoint ask, long memberId, Duration atMost) {
            note("promote " + memberId, ask);
        }

        @Override
        public void remove(Endpoint ask, long memberId, Duration atMost) {
            note("remove " + memberId, ask);
        }

        @Override
        public void moveLeader(Endpoint leader, long memberId, Duration atMost) {
            note("lead " + memberId, leader);
        }

        private void note(String what, Endpoint ask) {
            asked.add(what + " at " + EtcdPerformerTest.name(ask.peerUrl()));
        }
    }

    private static String name(String peerUrl) {
        return peerUrl.substring("http://".length(), peerUrl.indexOf('.'));
    }

    @Test
    void whoMayNotActAnyMoreAfterHisLookMakesNoChange() {
        Permission over = () -> {
            throw new LeadershipLostException("it is over");
        };
        assertThat(catchThrowableOfType(
                        LeadershipLostException.class,
                        () -> new EtcdPerformer(etcd).perform(lost(A), scene.seen(), over)))
                .isNotNull();
        assertThat(etcd.asked).isEmpty();
    }

    @Test
    void theLeaderIsAskedToMakeAChange() {
        assertThat(performed(add("db-d"))).containsExactly("add db-d at db-c");
        assertThat(performed(lost(A))).containsExactly("remove 1 at db-c");
        assertThat(performed(unwanted(B))).containsExactly("remove 2 at db-c");
        assertThat(performed(lead(C, A))).containsExactly("lead 1 at db-c");
        lists(voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"), learner(D, SERVING));
        assertThat(performed(promote(D))).containsExactly("promote 4 at db-c");
    }

    @Test
    void anotherVoterIsAskedWhereTheLeaderIsNotKnownAndNeverTheOneThatGoes() {
        led(0, voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(performed(add("db-d"))).containsExactly("add db-d at db-a");
        led(0, voter(A, "db-a", SILENT), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(performed(lost(A))).containsExactly("remove 1 at db-b");
    }

    @Test
    void whatHasBeenDoneIsNotDoneAgainWhateverElseIsTrue() {
        led(A, voter(A, "db-a", SILENT), voter(B, "db-b", SILENT), voter(D, "db-d"));
        for (EtcdAct act : List.of(add("db-d"), promote(D), lost(C), unwanted(C), lead(C, B))) {
            assertThat(performed(act)).as(act.toString()).isEmpty();
        }
    }

    static List<EtcdAct> all() {
        return List.of(add("db-d"), promote(B), lost(A), unwanted(A), lead(C, A));
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingIsDoneOnAnotherMemberListThanTheOneThatItWasDecidedOn(EtcdAct act) {
        lists(voter(A, "db-a"), learner(B, "db-b", SERVING), voter(C, "db-c"), voter(9, "db-x"));
        assertThat(refused(act)).isEqualTo("MembershipChanged");
    }

    @Test
    void aLearnerIsAddedOnlyWhereAMajorityStaysWithoutIt() {
        lists(voter(A, "db-a", SILENT), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(refused(add("db-d"))).isEqualTo("PreconditionFailed");
    }

    @Test
    void aLearnerIsAddedOnlyWhereNoOtherMemberIsOnItsWay() {
        lists(voter(A, "db-a"), voter(B, "db-b"), learner(C, "db-c", SERVING));
        assertThat(refused(add("db-d"))).isEqualTo("PreconditionFailed");
        lists(voter(A, "db-a"), voter(B, "db-b"), unstarted(C, "db-c"));
        assertThat(refused(add("db-d"))).isEqualTo("PreconditionFailed");
    }

    @Test
    void aLearnerThatDoesNotAnswerGetsNoVote() {
        lists(voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"), learner(D, SILENT));
        assertThat(refused(promote(D))).isEqualTo("PreconditionFailed");
    }

    @Test
    void theLeaderIsNeverRemoved() {
        assertThat(refused(lost(C))).isEqualTo("PreconditionFailed");
        assertThat(refused(unwanted(C))).isEqualTo("PreconditionFailed");
    }

    @Test
    void aLostMemberIsRemovedOnlyWhereTheOthersDecideWithoutIt() {
        lists(voter(A, "db-a", SILENT), voter(B, "db-b", SILENT), voter(C, "db-c"));
        assertThat(refused(lost(A))).isEqualTo("PreconditionFailed");
    }

    @Test
    void aHealthyMemberIsRemovedOnlyWhileItAnswersALeaderIsKnownAndNoOtherIsDown() {
        lists(voter(A, "db-a", SILENT), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(refused(unwanted(A))).isEqualTo("PreconditionFailed");
        assertThat(refused(unwanted(B))).isEqualTo("PreconditionFailed");
        led(0, voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(refused(unwanted(A))).isEqualTo("PreconditionFailed");
    }

    @Test
    void oneThatAnswersAgainIsHealthy() {
        lists(voter(A, "db-a"), voter(B, "db-b", SILENT), voter(C, "db-c"));
        assertThat(refused(lost(A))).isEqualTo("PreconditionFailed");
        lists(voter(A, "db-a"), voter(B, "db-b"), voter(C, "db-c"));
        assertThat(performed(lost(A))).containsExactly("remove 1 at db-c");
    }

    @Test
    void leadershipIsHandedOnToAVoterThatAnswers() {
        lists(voter(A, "db-a", SILENT), learner(B, "db-b", SERVING), voter(C, "db-c"));
        assertThat(refused(lead(C, A))).isEqualTo("PreconditionFailed");
        assertThat(refused(lead(C, B))).isEqualTo("PreconditionFailed");
    }

    @Test
    void anEtcdThatCannotBeAskedIsToldApart() {
        var mute = new EtcdPerformer(new Etcd() {
            @Override
            public Membership observe(long clusterId, List<Endpoint> endpoints) {
                throw new EtcdException(EtcdException.Reason.NO_QUORUM, "no member serves");
            }

            @Override
            public void addLearner(Endpoint ask, String peerUrl, Duration atMost) {}

            @Override
            public void promote(Endpoint ask, long memberId, Duration atMost) {}

            @Override
            public void remove(Endpoint ask, long memberId, Duration atMost) {}

            @Override
            public void moveLeader(Endpoint leader, long memberId, Duration atMost) {}
        });
        assertThat(catchThrowableOfType(ActRefused.class, () -> mute.perform(lost(A), scene.seen(), MAY))
                        .reason())
                .isEqualTo(EtcdException.Reason.NO_QUORUM.code());
    }

    private List<String> performed(EtcdAct act) {
        etcd.asked.clear();
        new EtcdPerformer(etcd).perform(act, scene.seen(), MAY);
        return etcd.asked;
    }

    private String refused(EtcdAct act) {
        var refusal = catchThrowableOfType(ActRefused.class, () -> performed(act));
        assertThat(etcd.asked).isEmpty();
        return refusal.reason();
    }

    private void lists(Membership.Member... members) {
        led(C, members);
    }

    private void led(long leader, Membership.Member... members) {
        etcd.membership = new Membership(CLUSTER, leader, List.of(members));
    }

    private Membership.Member voter(long id, String name) {
        return voter(id, name, SERVING);
    }

    private Membership.Member voter(long id, String name, Membership.Health health) {
        return new Membership.Member(id, name, scene.url(name), true, false, health);
    }

    private Membership.Member unstarted(long id, String name) {
        return new Membership.Member(id, "", scene.url(name), false, false, SILENT);
    }

    private Membership.Member learner(long id, Membership.Health health) {
        return learner(id, "db-d", health);
    }

    private Membership.Member learner(long id, String name, Membership.Health health) {
        return new Membership.Member(id, name, scene.url(name), true, true, health);
    }

    private static List<Long> three() {
        return List.of(A, B, C);
    }

    private static EtcdAct add(String name) {
        return new EtcdAct.AddLearner(CLUSTER, three(), name, "http://" + name + ".db.ns.svc:2380");
    }

    private static EtcdAct promote(long id) {
        return new EtcdAct.Promote(CLUSTER, List.of(A, B, C, D), id, "db-d");
    }

    private static EtcdAct lost(long id) {
        return new EtcdAct.Remove(CLUSTER, three(), id, "gone", true);
    }

    private static EtcdAct unwanted(long id) {
        return new EtcdAct.Remove(CLUSTER, three(), id, "surplus", false);
    }

    private static EtcdAct lead(long from, long to) {
        return new EtcdAct.MoveLeader(CLUSTER, three(), from, to, "heir");
    }
}
