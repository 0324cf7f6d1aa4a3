package io.operatorlib.testing.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.crd.CrdChange;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.crd.CrdVerdict;
import io.operatorlib.internal.json.Json;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of each change of a definition, and what the change does to an object of the old shape. */
class CrdChangesTest {
    @RegisterExtension
    static final RealServer REAL = new RealServer("changes of definitions");

    static List<CrdTrial> trials() {
        return Stream.concat(FieldChanges.all().stream(), WholeChanges.all().stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("trials")
    void eachChangeIsNamedAndClassed(CrdTrial trial) {
        var before = Trials.named(trial.before(), "K");
        before.add("status", Json.parse("{\"storedVersions\":[\"v1\"]}"));
        var verdict = CrdVerdict.between(
                before.toString(), Trials.named(trial.after(), "K").toString());

        assertThat(verdict.changes()).anySatisfy(change -> {
            assertThat(change.toString()).startsWith(trial.says());
            assertThat(change.impact()).isEqualTo(trial.impact());
        });
        assertThat(verdict.changes().stream().map(CrdChange::impact).max(Impact::compareTo))
                .as(verdict.toString())
                .contains(trial.impact());
    }

    @ParameterizedTest
    @MethodSource("trials")
    void whatDoesNotDifferHasNoChanges(CrdTrial trial) {
        var same = Trials.named(trial.before(), "K").toString();
        assertThat(CrdVerdict.between(same, same).same()).isTrue();
    }

    @Test
    void theTableIsLong() {
        assertThat(trials()).hasSizeGreaterThan(100);
    }

    @Test
    void onTheDoubleNothingThatIsCalledSafeHarmsAnObject() {
        try (var sim = Sim.seeded(1)) {
            judge("double", ApiServer.create(sim.scheduler()).as(Caller.ADMIN), sim.scheduler());
        }
    }

    @Test
    void onARealServerNothingThatIsCalledSafeHarmsAnObject() throws Exception {
        REAL.with((api, scheduler) -> judge("kube-apiserver", api, scheduler));
    }

    private static void judge(String server, KubeApi api, Scheduler scheduler) {
        long began = scheduler.nanoTime();
        var runs = new ArrayList<CrdTrialRun>();
        List<CrdTrial> trials = trials();
        for (int i = 0; i < trials.size(); i++) {
            runs.add(new CrdTrialRun(trials.get(i), "K" + i, api, scheduler));
        }
        // each step for all of them: a server needs a moment for each definition, and takes them side by side
        runs.forEach(CrdTrialRun::define);
        runs.forEach(CrdTrialRun::store);
        runs.forEach(CrdTrialRun::change);
        var wrong = new ArrayList<String>();
        int harmful = 0;
        for (int i = 0; i < trials.size(); i++) {
            CrdTrial trial = trials.get(i);
            List<String> harms = runs.get(i).harms();
            harmful += harms.isEmpty() ? 0 : 1;
            if (trial.impact() != Impact.BREAKING && !harms.isEmpty()) {
                wrong.add(trial.impact() + " " + trial + " does harm: " + harms);
            } else if (trial.shown() && harms.isEmpty()) {
                wrong.add("BREAKING " + trial + " does no harm");
            }
        }
        System.out.printf(
                "changes of definitions on the %s: %d changes, %d of them harmful, in %.1f s%n",
                server, trials.size(), harmful, (scheduler.nanoTime() - began) / 1e9);
        assertThat(wrong).isEmpty();
    }
}
