package io.operatorlib.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The events that one operator is told over all its lives, numbered in their order, and the one that is hidden. */
final class Sights {
    /** How long a view stays old: longer than an operator's back-offs, shorter than the silence that ends a watch. */
    static final Duration HIDDEN = Duration.ofSeconds(45);

    private final Kernel kernel;
    private final Network network;
    private final Optional<BlindSpot> spot;
    private final List<String> told = new ArrayList<>();
    private OptionalLong oldRevision = OptionalLong.empty();
    private int before;

    Sights(Kernel kernel, Network network, Optional<BlindSpot> spot) {
        this.kernel = kernel;
        this.network = network;
        this.spot = spot;
    }

    /** What was told so far, in order. */
    List<String> told() {
        return List.copyOf(told);
    }

    /** Leaves the events so far out of the enumeration of blind spots. */
    void beginHere() {
        before = told.size();
    }

    /** How many events were left out. */
    int before() {
        return before;
    }

    /**
     * Counts an event that an incarnation is about to be told; crashes it where it is to start again here.
     *
     * @return how the event is to be hidden, if it is
     */
    Optional<BlindSpot.Way> tell(Incarnation who, WatchEvent event) {
        told.add(event.toString());
        if (spot.isEmpty()) {
            return Optional.empty();
        }
        var hidden = spot.get();
        boolean here = hidden.number() == told.size();
        if (here && hidden.way().stale()) {
            oldRevision = event.revision().isPresent()
                    ? OptionalLong.of(event.revision().getAsLong() - 1)
                    : OptionalLong.empty();
        }
        if (hidden.way().stale() && hidden.restart() == told.size() && oldRevision.isPresent()) {
            restart(who, new ApiFault.OldView(oldRevision.getAsLong()));
        }
        return here && !hidden.way().stale() ? Optional.of(hidden.way()) : Optional.empty();
    }

    private void restart(Incarnation who, ApiFault old) {
        network.add(old);
        kernel.fork(kernel.driver().incarnation, "the view catches up", () -> {
            try {
                kernel.driver().incarnation.scheduler().sleep(HIDDEN);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this", e);
            }
            network.remove(old);
        });
        who.crash();
        throw new Crashed(who.name());
    }
}
