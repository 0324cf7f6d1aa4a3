package io.operatorlib.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a scenario once for each moment at which its operator can be harmed: before, after and without reply at every
 * effect of the fault-free run. After a crash the operator starts again at once or after a while, by turns.
 */
public final class CrashPoints {
    /** How long a delayed restart takes: longer than any back-off or time-out that should have come in between. */
    private static final Duration DELAY = Duration.ofSeconds(45);

    /**
     * The system property that harms the operator twice in a run: at an effect, and at each of so many that follow, counted
     * from the first. What follows later finds the first mended.
     */
    static final String PAIRS = "operatorlib.sim.pairs";

    private CrashPoints() {}

    /** Enumerates, on as many threads as there are processors. */
    public static HarmTable of(String name, long seed, Scenario scenario) {
        return of(name, seed, 1, scenario);
    }

    /**
     * Enumerates every n-th of the effects, where {@code -Doperatorlib.sim.every} does not say otherwise: for a world that
     * takes long to simulate.
     */
    public static HarmTable of(String name, long seed, int every, Scenario scenario) {
        int pairs = Integer.getInteger(PAIRS, 0);
        return pairs > 0
                ? pairsOf(name, seed, every, pairs, scenario)
                : new HarmRuns(name, seed, every, scenario)
                        .enumerate("effects", CrashPoint.Moment.values().length, CrashPoints::points);
    }

    /** Enumerates every n-th of the effects, each together with each of that many that follow. */
    static HarmTable pairsOf(String name, long seed, int every, int following, Scenario scenario) {
        int moments = CrashPoint.Moment.values().length;
        return new HarmRuns(name, seed, every, scenario)
                .enumerate("effects", moments * moments * following, faultFree -> pairs(faultFree, following));
    }

    private static HarmRuns.Moments pairs(Sim faultFree, int following) {
        var single = points(faultFree);
        var pairs = new ArrayList<HarmPoint>();
        for (var point : single.points()) {
            for (int next = point.number() + 1; next <= point.number() + following; next++) {
                for (var moment : CrashPoint.Moment.values()) {
                    pairs.add(new CrashPair((CrashPoint) point, CrashPoint.of(next, moment)));
                }
            }
        }
        return new HarmRuns.Moments(single.all(), single.before(), pairs);
    }

    private static HarmRuns.Moments points(Sim faultFree) {
        var points = new ArrayList<HarmPoint>();
        List<String> effects = faultFree.effects();
        int before = faultFree.effectsBeforeCrashPoints();
        for (int effect = before + 1; effect <= effects.size(); effect++) {
            for (var moment : CrashPoint.Moment.values()) {
                points.add(new CrashPoint(effect, moment, points.size() % 2 == 0 ? Duration.ZERO : DELAY));
            }
        }
        return new HarmRuns.Moments(effects, before, points);
    }
}
