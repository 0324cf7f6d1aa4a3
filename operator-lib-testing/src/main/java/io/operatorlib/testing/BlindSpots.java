package io.operatorlib.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * Plays a scenario once for each way in which its operator can fail to see one event of the fault-free run: the event is
 * held back; it is skipped until the object has changed again; or the operator starts again at an API server that has
 * not got as far as the event.
 *
 * <p><b>Guarantees.</b> Nothing is done that Kubernetes promises never to do. A watch that is held comes later; one that
 * skips ends with code 410; and an old state is shown only to reads that allow any: lists and reads of resource version
 * {@code 0}, and watches without one, and what goes on from them.
 */
public final class BlindSpots {
    /** Events after which a crash comes soon: what follows from an event has just begun. */
    private static final int SOON = 2;

    /** Events after which a crash comes later: the next thing is under way. */
    private static final int LATER = 20;

    /** In how many ways each event is hidden. */
    public enum Ways {
        /** In each. */
        EACH,
        /** In one, and the next event in the next. */
        BY_TURNS
    }

    private BlindSpots() {}

    /** Enumerates, on as many threads as there are processors. */
    public static HarmTable of(String name, long seed, Scenario scenario) {
        return of(name, seed, Ways.EACH, 1, scenario);
    }

    /** Enumerates every n-th of the events, in each of those ways. */
    public static HarmTable of(String name, long seed, Ways ways, int every, Scenario scenario) {
        var each = BlindSpot.Way.values().length;
        return new HarmRuns(name, seed, every, scenario)
                .enumerate("events", ways == Ways.EACH ? each : 1, faultFree -> points(faultFree, ways));
    }

    private static HarmRuns.Moments points(Sim faultFree, Ways ways) {
        var points = new ArrayList<HarmPoint>();
        List<String> events = faultFree.events();
        int before = faultFree.eventsBeforeBlindSpots();
        for (int event = before + 1; event <= events.size(); event++) {
            for (var way : chosen(ways, event)) {
                int restart = event + (way == BlindSpot.Way.STALE_SOON ? SOON : LATER);
                points.add(new BlindSpot(event, way, way.stale() ? Math.min(restart, events.size()) : 0));
            }
        }
        return new HarmRuns.Moments(events, before, points);
    }

    private static List<BlindSpot.Way> chosen(Ways ways, int event) {
        var each = List.of(BlindSpot.Way.values());
        return ways == Ways.EACH ? each : List.of(each.get(event % each.size()));
    }
}
