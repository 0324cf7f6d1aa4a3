package io.operatorlib.postgres;

import static io.operatorlib.postgres.Scene.POSITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.postgres.Decision.Create;
import io.operatorlib.postgres.Decision.Delete;
import io.operatorlib.postgres.Decision.Nothing;
import io.operatorlib.postgres.Decision.Reason;
import io.operatorlib.postgres.InstanceState.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private final Scene scene = new Scene();

    @Test
    void aClusterThatIsAsWishedIsLeftAlone() {
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        assertThat(scene.decide().reason()).isEqualTo(Reason.ALL_SERVING);
    }

    @Test
    void theFirstInstanceMakesTheDataAndTheOthersWait() {
        scene.told(told -> Designation.first("db-1", Map.of()))
                .withoutPod("db-1")
                .withoutPod("db-2")
                .withoutPod("db-3");
        assertThat(scene.decide().move()).isEqualTo(new Create("db-1"));
        scene.pod("db-1", false);
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-1", state -> Scene.as(state, Role.PRIMARY));
        assertThat(scene.tells().system()).isEqualTo(Scene.SYSTEM);
    }

    // region successor
    @Test
    void aPrimaryIsReplacedOnlyWhenTheLeaseIsFree() {
        scene.withoutPod("db-1");
        assertThat(scene.decide().move()).isEqualTo(new Create("db-1"));
        scene.leaseFree();
        assertThat(scene.tells().primary()).isIn("db-2", "db-3");
        assertThat(scene.tells().epoch()).isEqualTo(2);
    }
    // endregion

    @Test
    void aSilentPrimaryThatRenewsItsLeaseStays() {
        assertThat(scene.silent("db-1").decide().move()).isEqualTo(new Nothing());
    }

    @Test
    void whoReceivedMostIsChosenAndALaterTimelineCountsForMore() {
        scene.silent("db-1").leaseFree();
        scene.answer("db-3", state -> Scene.at(state, 1, POSITION + 1, POSITION + 1));
        assertThat(scene.tells().primary()).isEqualTo("db-3");
        scene.answer("db-2", state -> Scene.at(state, 2, POSITION - 5, POSITION - 5));
        assertThat(scene.tells().primary()).isEqualTo("db-2");
    }

    @Test
    void aReplicaThatLacksMoreThanIsAllowedIsNotPromoted() {
        scene.silent("db-1").silent("db-3").leaseFree();
        scene.answer("db-2", state -> Scene.at(state, 1, POSITION, POSITION + (1L << 20) + 1));
        assertThat(scene.decide().reason()).isEqualTo(Reason.REPLICAS_LAG);
        scene.answer("db-2", state -> Scene.at(state, 1, POSITION, POSITION + (1L << 20)));
        assertThat(scene.tells().primary()).isEqualTo("db-2");
    }

    @Test
    void theChoiceCarriesTheTermInWhichTheLeaseWasFoundFree() {
        assertThat(scene.silent("db-1").leaseFree().tells().term()).isEqualTo(1);
    }

    @Test
    void dataOfAnotherSystemIsNobodysSuccessor() {
        scene.silent("db-1").silent("db-3").leaseFree();
        scene.told(told -> told.of("another"));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
    }

    @Test
    void aPrimaryWithoutItsDataIsReplacedAndNeverMadeAgain() {
        scene.answer("db-1", state -> Scene.unfit(Scene.as(state, Role.EMPTY), "its data is lost"));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        assertThat(scene.leaseFree().tells().primary()).isIn("db-2", "db-3");
        scene.answer("db-2", state -> Scene.as(state, Role.EMPTY)).answer("db-3", state -> Scene.as(state, Role.EMPTY));
        assertThat(scene.decide().reason()).isEqualTo(Reason.DATA_LOST);
    }

    @Test
    void whereCommitsWaitForAReplicaAllOfThemAreHeardBeforeOneIsChosen() {
        scene.wish(Scene.synchronous()).told(told -> told.waitingFor(List.of("db-2", "db-3")));
        scene.silent("db-1").silent("db-3").leaseFree();
        assertThat(scene.decide().reason()).isEqualTo(Reason.STANDBY_SILENT);
        scene.answer("db-3", state -> Scene.free(Scene.at(state, 1, POSITION + 7, POSITION + 7)));
        assertThat(scene.tells().primary()).isEqualTo("db-3");
        assertThat(scene.tells().synchronous()).containsExactly("db-1", "db-2");
    }

    @Test
    void whoHasNothingOfTheLatestTimelineIsNotWaitedFor() {
        scene.wish(Scene.synchronous()).told(told -> told.waitingFor(List.of("db-2", "db-3")));
        scene.silent("db-1").leaseFree();
        scene.answer("db-2", state -> Scene.at(state, 2, POSITION, POSITION));
        scene.answer("db-3", state -> Scene.as(state, Role.STOPPED));
        assertThat(scene.tells().primary()).isEqualTo("db-2");
        scene.answer("db-3", state -> Scene.at(state, 2, POSITION, POSITION));
        assertThat(scene.decide().reason()).isEqualTo(Reason.STANDBY_SILENT);
        scene.answer("db-3", state -> Scene.as(state, Role.EMPTY));
        assertThat(scene.tells().primary()).isEqualTo("db-2");
    }

    @Test
    void aFormerPrimaryThatNobodyFollowedSinceIsNotWaitedFor() {
        scene.wish(Scene.synchronous())
                .told(Scene.succeededBy("db-2", 1, POSITION))
                .told(told -> told.waitingFor(List.of("db-1", "db-3")));
        scene.answer("db-1", state -> Scene.as(state, Role.FORMER));
        scene.answer("db-2", state -> Scene.unfit(state, "somebody led since")).leaseFree();
        assertThat(scene.tells().epoch()).isEqualTo(3);
    }

    @Test
    void whereCommitsWaitForAReplicaAPrimaryThatNobodyFollowedIsInsistedOn() {
        scene.wish(Scene.synchronous())
                .told(Scene.succeededBy("db-2", 1, POSITION + 1))
                .told(told -> told.waitingFor(List.of("db-1", "db-3")));
        scene.answer("db-1", state -> Scene.as(state, Role.EMPTY))
                .silent("db-2")
                .leaseFree();
        assertThat(scene.decide().reason()).isEqualTo(Reason.STANDBY_SILENT);
        scene.answer("db-3", state -> Scene.free(Scene.at(state, 2, POSITION, POSITION)));
        assertThat(scene.tells().primary()).isEqualTo("db-3");
    }

    @Test
    void whoMayHaveWhatNobodyElseHasGetsItsPodBack() {
        scene.wish(Scene.synchronous()).told(told -> told.waitingFor(List.of("db-2", "db-3")));
        scene.silent("db-1").withoutPod("db-3").leaseFree();
        assertThat(scene.decide().move()).isEqualTo(new Create("db-3"));
    }

    @Test
    void whoIsChosenOnceMoreIsNotChosenAgainBeforeItWasTold() {
        scene.told(Scene.succeededBy("db-2", 1, POSITION)).silent("db-1").silent("db-3");
        scene.answer("db-2", state -> Scene.unfit(state, "somebody led since")).leaseFree();
        assertThat(scene.tells().epoch()).isEqualTo(3);
        scene.answer("db-2", Scene::cutOff);
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
    }

    @Test
    void whereCommitsWaitForAReplicaOneThatHasMoreIsWaitedForThoughItCannotReachTheApiServer() {
        scene.wish(Scene.synchronous()).told(told -> told.waitingFor(List.of("db-2", "db-3")));
        scene.silent("db-1").answer("db-2", Scene::free);
        scene.answer("db-3", state -> Scene.cutOff(Scene.at(state, 1, POSITION + 1, POSITION + 1)));
        assertThat(scene.decide().reason()).isEqualTo(Reason.STANDBY_SILENT);
    }

    @Test
    void aSwitchOverBeginsWithAVacancyAndEndsWithWhoWasWished() {
        scene.wish(Scene.preferred("db-3"));
        assertThat(scene.tells().primary()).isEmpty();
        scene.told(told -> told.handedTo(""))
                .answer("db-1", state -> Scene.as(state, Role.FORMER))
                .leaseFree();
        assertThat(scene.tells().primary()).isEqualTo("db-3");
    }

    @Test
    void whoIsToTakeOverIsWaitedFor() {
        scene.wish(Scene.preferred("db-3")).told(told -> told.handedTo(""));
        scene.answer("db-1", state -> Scene.as(state, Role.FORMER)).answer("db-2", Scene::free);
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-3", Scene::cutOff);
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-3", Scene::free);
        assertThat(scene.tells().primary()).isEqualTo("db-3");
        assertThat(scene.silent("db-3").tells().primary()).isEqualTo("db-2");
    }

    @Test
    void whoHasMoreIsWaitedForUnlessItCannotReachTheApiServer() {
        scene.silent("db-1").answer("db-2", Scene::free);
        scene.answer("db-3", state -> Scene.at(state, 1, POSITION + 1, POSITION + 1));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-3", Scene::cutOff);
        assertThat(scene.tells().primary()).isEqualTo("db-2");
    }

    @Test
    void aSwitchOverToAReplicaThatIsFarBehindWaits() {
        scene.wish(Scene.preferred("db-3"))
                .answer("db-3", state -> Scene.at(state, 1, POSITION, POSITION + (2L << 20)));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
    }

    @Test
    void whoHandedOverIsPrimaryAgainWhereNobodyElseCanBe() {
        scene.told(told -> told.handedTo("")).silent("db-2").silent("db-3");
        scene.answer("db-1", state -> Scene.as(state, Role.FORMER)).leaseFree();
        assertThat(scene.tells().primary()).isEqualTo("db-1");
        assertThat(scene.tells().epoch()).isEqualTo(1);
    }

    @Test
    void instancesAreAddedOneAfterTheOther() {
        scene.wish(Scene.instances(5));
        assertThat(scene.tells().members()).endsWith("db-4");
        scene.told(told -> told.with("db-4"));
        assertThat(scene.decide().move()).isEqualTo(new Create("db-4"));
        scene.pod("db-4", false);
        assertThat(scene.decide().reason()).isEqualTo(Reason.REPLICA_NOT_STREAMING);
        scene.answer("db-4", state -> state);
        assertThat(scene.tells().members()).endsWith("db-5");
    }

    @Test
    void thePrimaryIsNotTheOneToGo() {
        scene.wish(Scene.instances(1));
        assertThat(scene.tells().members()).containsExactly("db-1", "db-2");
        scene.told(told -> told.without("db-3"));
        assertThat(scene.decide().move()).isEqualTo(new Delete("db-3"));
    }

    @Test
    void aReplicaThatCommitsMayWaitForGoesOnlyWhenNoneDoesAndOthersHaveAsMuch() {
        scene.wish(Scene.synchronous())
                .wish(Scene.instances(2))
                .told(told -> told.waitingFor(List.of("db-2", "db-3")).without("db-3"));
        scene.answer("db-1", state -> Scene.waitingFor(state, "ANY 1 (\"db-2\",\"db-3\")"));
        scene.answer("db-2", state -> Scene.at(state, 1, POSITION - 1, POSITION));
        assertThat(scene.tells().synchronous()).containsExactly("db-2");
        scene.told(told -> told.waitingFor(List.of("db-2")));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-1", state -> Scene.waitingFor(state, "ANY 1 (\"db-2\")"));
        assertThat(scene.decide().move()).isEqualTo(new Nothing());
        scene.answer("db-2", state -> Scene.at(state, 1, POSITION, POSITION));
        assertThat(scene.decide().move()).isEqualTo(new Delete("db-3"));
    }

    @Test
    void whatNeedsARestartIsRolledOutReplicasFirstAndThePrimaryLast() {
        var parameters = Map.of("shared_buffers", "64MB");
        scene.wish(Scene.parameters(parameters));
        assertThat(scene.tells().parameters()).isEqualTo(parameters);
        scene.told(told -> told.tuned(parameters));
        List.of("db-1", "db-2", "db-3").forEach(name -> scene.answer(name, Scene::pending));
        assertThat(scene.tells().restart()).isEqualTo("db-2");
        scene.told(told -> told.restarting("db-2"));
        assertThat(scene.decide().reason()).isEqualTo(Reason.RESTARTING_INSTANCE);
        scene.silent("db-2").answer("db-2", state -> state).silent("db-3").answer("db-3", state -> state);
        assertThat(scene.tells().primary()).isEmpty();
    }

    @Test
    void aLonePrimaryIsRestartedInPlace() {
        scene.wish(Scene.instances(1)).told(told -> told.without("db-2").without("db-3"));
        scene.withoutPod("db-2").withoutPod("db-3").answer("db-1", Scene::pending);
        assertThat(scene.tells().restart()).isEqualTo("db-1");
    }
}
