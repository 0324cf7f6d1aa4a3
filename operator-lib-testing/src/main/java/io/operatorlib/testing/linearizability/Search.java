package io.operatorlib.testing.linearizability;

import io.operatorlib.testing.linearizability.Linearizability.Violation;
import io.operatorlib.testing.linearizability.RegisterStory.Return;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of the operations of one register: depth first, and never twice from the same place.
 *
 * <p><b>Flow.</b> It goes from return to return. An operation that returns must have had its effect: where it has not, it
 * gets it now, or others that are under way get theirs first. Where nothing fits, it goes back to the last choice.
 *
 * <p><b>Guarantees.</b> An operation that was never answered gets its effect only right before one that needs it. So of
 * two places that differ only in that fewer of them were used at one, the other leads nowhere that the first does not.
 */
final class Search {
    /**
     * A place in the search.
     *
     * @param next the return that is to come
     * @param done which of those under way have had their effect, by slot
     * @param spent which of the unanswered have, by number
     */
    private record Place(
            int next, BitSet done, BitSet spent, @Nullable String held) {}

    /** All of a place but the unanswered. */
    private record Outline(int next, BitSet done, @Nullable String held) {}

    private final RegisterStory story;
    private final Map<Outline, List<BitSet>> visited = new HashMap<>();
    private int furthest;

    Search(RegisterStory story) {
        this.story = story;
    }

    /** Why there is no order; empty if there is one. */
    Optional<Violation> run() {
        Deque<Iterator<Place>> choices = new ArrayDeque<>();
        choices.push(List.of(new Place(0, new BitSet(), new BitSet(), null)).iterator());
        while (!choices.isEmpty()) {
            Iterator<Place> choice = choices.element();
            if (!choice.hasNext()) {
                choices.pop();
                continue;
            }
            Place place = choice.next();
            if (place.next() == story.length()) {
                return Optional.empty();
            }
            furthest = Math.max(furthest, place.next());
            if (isNew(place)) {
                choices.push(from(place).iterator());
            }
        }
        return Optional.of(violation());
    }

    private boolean isNew(Place place) {
        var spents = visited.computeIfAbsent(
                new Outline(place.next(), place.done(), place.held()), outline -> new ArrayList<>(1));
        for (BitSet spent : spents) {
            if (contains(place.spent(), spent)) {
                return false;
            }
        }
        spents.add(place.spent());
        return true;
    }

    private static boolean contains(BitSet all, BitSet part) {
        var rest = (BitSet) part.clone();
        rest.andNot(all);
        return rest.isEmpty();
    }

    /** Where it can go, the most promising first. */
    private List<Place> from(Place place) {
        Return due = story.at(place.next());
        if (place.done().get(due.slot())) {
            var done = (BitSet) place.done().clone();
            done.clear(due.slot());
            return List.of(new Place(place.next() + 1, done, place.spent(), place.held()));
        }
        List<Place> places = new ArrayList<>();
        effect(place, due.slot(), due.operation(), places);
        List<Place> later = new ArrayList<>();
        for (int slot = 0; slot < due.underWay().size(); slot++) {
            Operation other = due.underWay().get(slot);
            if (other != null && slot != due.slot() && !place.done().get(slot)) {
                boolean helps = due.operation().action().fits(other.action().after(place.held()));
                effect(place, slot, other, helps ? places : later);
            }
        }
        places.addAll(later);
        return places;
    }

    private void effect(Place place, int slot, Operation operation, List<Place> places) {
        for (Place before : fitting(place, operation.action())) {
            var done = (BitSet) before.done().clone();
            done.set(slot);
            places.add(new Place(
                    before.next(), done, before.spent(), operation.action().after(before.held())));
        }
    }

    /** The place itself if the action fits there; else those at which it does after effects of unanswered operations. */
    private List<Place> fitting(Place place, Action action) {
        if (action.fits(place.held())) {
            return List.of(place);
        }
        List<Place> places = new ArrayList<>();
        if (action instanceof Action.Read read) {
            story.makersOf(read.found()).forEach(number -> through(place, number, places));
        } else if (action instanceof Action.Swapped swap) {
            story.makersOf(swap.expected()).forEach(number -> through(place, number, places));
        } else {
            for (int number = 0; number < story.at(place.next()).unanswered(); number++) {
                if (action.fits(story.unanswered(number).action().after(null))) {
                    through(place, number, places);
                }
            }
        }
        return places;
    }

    private void through(Place place, int number, List<Place> places) {
        if (number >= story.at(place.next()).unanswered() || place.spent().get(number)) {
            return;
        }
        var spent = (BitSet) place.spent().clone();
        spent.set(number); // before its own turn, too: it cannot help itself
        Action action = story.unanswered(number).action();
        for (Place before : fitting(new Place(place.next(), place.done(), spent, place.held()), action)) {
            places.add(new Place(before.next(), before.done(), before.spent(), action.after(before.held())));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very one, not one like it
    private Violation violation() {
        Return due = story.at(furthest);
        Set<@Nullable String> held = new LinkedHashSet<>();
        visited.keySet().stream()
                .filter(outline -> outline.next() == furthest && outline.done().isEmpty())
                .forEach(outline -> held.add(outline.held()));
        List<Operation> beside = new ArrayList<>();
        due.underWay().stream()
                .filter(Objects::nonNull)
                .filter(other -> other != due.operation())
                .forEach(beside::add);
        for (int number = 0; number < due.unanswered(); number++) {
            beside.add(story.unanswered(number));
        }
        return new Violation(due.operation(), new ArrayList<>(held), beside);
    }
}
