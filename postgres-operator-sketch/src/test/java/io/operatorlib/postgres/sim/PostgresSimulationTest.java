package io.operatorlib.postgres.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.testing.CrashPoints;
import io.operatorlib.testing.HarmTable;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.Sim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The real operator and the real instances on the model of PostgreSQL, under their shipped roles, killed at each of
 * their effects.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresSimulationTest {
    /** Seeds for each story: {@code -Doperatorlib.sim.seeds=20} for a longer night. */
    private static final int SEEDS = Integer.getInteger("operatorlib.sim.seeds", 1);

    /** Of so many effects one is harmed by day; at night each is, by {@code -Doperatorlib.sim.every=1}. */
    private static final int EVERY = 24;

    /** Of the stories those are told whose name has this in it: {@code -Doperatorlib.sim.story=switch}, for example. */
    private static final String ONLY = System.getProperty("operatorlib.sim.story", "");

    private final ShippedRole role = PostgresStage.shippedRole();
    private final List<HarmTable> tables = new ArrayList<>();

    /** What is told, each time in a world of its own; by its name. */
    static Map<String, Consumer<PostgresStage>> stories() {
        var stories = new LinkedHashMap<String, Consumer<PostgresStage>>();
        stories.put("create 3", stage -> {
            stage.create(3);
            stage.converges();
        });
        stories.put("the primary's process dies", begun(false, PostgresStage::killPrimary));
        stories.put("the primary's data is lost", begun(false, PostgresStage::losePrimary));
        stories.put("the primary's data is lost, synchronous", begun(true, PostgresStage::losePrimary));
        stories.put("the primary stands still", begun(false, PostgresStage::stopPrimaryPastItsLease));
        stories.put("the primary stands still, synchronous", begun(true, PostgresStage::stopPrimaryPastItsLease));
        stories.put(
                "a primary that nobody follows stands still, synchronous",
                begun(true, PostgresStage::stopAPrimaryThatNobodyFollows));
        stories.put("the primary is cut off", begun(false, PostgresStage::cutPrimaryOff));
        stories.put("no data can be rewound", begun(false, stage -> {
            stage.world().forbidRewinding();
            stage.stopPrimaryPastItsLease();
        }));
        stories.put("switch-over", begun(false, PostgresStage::switchOver));
        stories.put("switch-over, synchronous", begun(true, PostgresStage::switchOver));
        stories.put("resize 3 to 5 to 2", begun(false, stage -> {
            stage.resize(5);
            stage.converges();
            stage.resize(2);
        }));
        stories.put("resize 3 to 2, synchronous", begun(true, stage -> stage.resize(2)));
        stories.put(
                "a parameter that needs a restart",
                begun(false, stage -> stage.setParameter(ModelServer.NEEDS_RESTART, "64MB")));
        stories.keySet().removeIf(name -> !name.contains(ONLY));
        return stories;
    }

    private static Consumer<PostgresStage> begun(boolean synchronous, Consumer<PostgresStage> what) {
        return stage -> {
            stage.create(3, synchronous);
            stage.converges();
            stage.nowThen();
            what.accept(stage);
            stage.converges();
        };
    }

    void tell(Sim sim, Consumer<PostgresStage> story) {
        var stage = new PostgresStage(sim, role);
        story.accept(stage);
        stage.isAtRest();
    }

    @TestFactory
    List<DynamicTest> itConvergesFromACrashAtEachOfItsEffects() {
        var tests = new ArrayList<DynamicTest>();
        stories().forEach((name, story) -> tests.add(DynamicTest.dynamicTest(name, () -> harm(name, story))));
        return tests;
    }

    private void harm(String name, Consumer<PostgresStage> story) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var runs = CrashPoints.of(name, seed, EVERY, sim -> tell(sim, story));
            tables.add(runs);
            assertThat(runs.orThrow().failures()).isEmpty();
        }
    }

    @AfterAll
    void print() {
        System.out.println(HarmTable.report(tables));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(hash(5)).isEqualTo(hash(5)).isNotEqualTo(hash(6));
    }

    private long hash(long seed) {
        try (var sim = Sim.seeded(seed)) {
            tell(sim, begun(false, PostgresStage::losePrimary));
            return sim.hash();
        }
    }
}
