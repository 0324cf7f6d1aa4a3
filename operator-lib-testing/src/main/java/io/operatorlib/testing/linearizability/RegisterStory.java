package io.operatorlib.testing.linearizability;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one register in the order of time, as a search goes through them: an event for each return, with what
 * is under way then. Those under way have slots, which are used again; those never answered are numbered by their calls.
 */
final class RegisterStory {
    /**
     * The return of an operation.
     *
     * @param slot the operation's
     * @param underWay the answered operations that have been called and have not returned, by slot; null where none is
     * @param unanswered how many of the unanswered have been called
     */
    record Return(Operation operation, int slot, List<@Nullable Operation> underWay, int unanswered) {}

    /** A call or a return. */
    private record Moment(Operation operation, long at, boolean returns) {}

    private final List<Return> returns = new ArrayList<>();
    private final List<Operation> unanswered = new ArrayList<>();
    private final Map<String, List<Integer>> makers = new HashMap<>();

    RegisterStory(List<Operation> operations) {
        List<@Nullable Operation> underWay = new ArrayList<>();
        var used = new BitSet();
        for (Moment moment : moments(operations)) {
            Operation operation = moment.operation();
            if (moment.returns()) {
                int slot = underWay.indexOf(operation);
                returns.add(new Return(operation, slot, new ArrayList<>(underWay), unanswered.size()));
                used.clear(slot);
                underWay.set(slot, null);
            } else if (operation.answered()) {
                int slot = used.nextClearBit(0);
                used.set(slot);
                if (slot == underWay.size()) {
                    underWay.add(operation);
                } else {
                    underWay.set(slot, operation);
                }
            } else {
                makers.computeIfAbsent(made(operation), value -> new ArrayList<>())
                        .add(unanswered.size());
                unanswered.add(operation);
            }
        }
    }

    private static List<Moment> moments(List<Operation> operations) {
        List<Moment> moments = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.answered()) {
                moments.add(new Moment(operation, operation.called(), false));
                moments.add(new Moment(operation, operation.returned(), true));
            } else if (writes(operation.action())) {
                moments.add(new Moment(operation, operation.called(), false));
            }
        }
        // what returns when another is called overlaps it: clocks have steps
        moments.sort(Comparator.comparingLong(Moment::at).thenComparing(Moment::returns));
        return moments;
    }

    private static boolean writes(Action action) {
        return action instanceof Action.Write || action instanceof Action.Swapped;
    }

    private static @Nullable String made(Operation operation) {
        return operation.action().after(null);
    }

    int length() {
        return returns.size();
    }

    Return at(int index) {
        return returns.get(index);
    }

    Operation unanswered(int number) {
        return unanswered.get(number);
    }

    /** The numbers of the unanswered that leave this in the register, if they have an effect. */
    List<Integer> makersOf(@Nullable String value) {
        return makers.getOrDefault(value, List.of());
    }
}
