package io.operatorlib.testing.linearizability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history of registers is linearizable: whether each operation can be given one moment between its call
 * and its return so that, done one after another at these moments, all of them have the answers that were seen.
 *
 * <p>Registers are judged one by one, which is enough: a history is linearizable if and only if that of each object is
 * (Herlihy and Wing, 1990). For each an order is searched that fits, and what was tried in vain is remembered (Wing and
 * Gong, 1993); an operation gets its moment no earlier than somebody's return demands it (Lowe, "Testing for
 * linearizability", 2017).
 *
 * <p><b>Limits.</b> To find that there is no order takes time that grows exponentially with the number of operations on
 * one register that overlap at one moment. Operations that were never answered overlap all that comes after them, but cost
 * only where a later answer can be explained by them.
 */
public final class Linearizability {
    private Linearizability() {}

    /**
     * Why a history is not linearizable.
     *
     * @param operation the first to return for which no moment is left
     * @param held what the register can have held before it, with none of those under way done
     * @param beside what was under way when it returned, itself left out
     */
    public record Violation(Operation operation, List<@Nullable String> held, List<Operation> beside) {
        /** As a person reads it. */
        @Override
        public String toString() {
            var text = new StringBuilder("register " + operation.key() + ": no moment is left for\n  " + line(operation)
                    + "\nfor the register could have held " + held + " before it; under way was also\n");
            beside.forEach(other -> text.append("  ").append(line(other)).append('\n'));
            return text.toString();
        }

        private static String line(Operation operation) {
            String returned = operation.answered() ? "returned " + operation.returned() : "never returned";
            return "client " + operation.client() + ": " + operation.action() + ", called " + operation.called() + ", "
                    + returned;
        }
    }

    /** Judges a history; empty if it is linearizable. Of several registers the first by name that is not is told. */
    public static Optional<Violation> violation(Collection<Operation> history) {
        Map<String, List<Operation>> registers = new TreeMap<>();
        for (Operation operation : history) {
            registers.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
        }
        return registers.values().stream()
                .map(operations -> new Search(new RegisterStory(operations)).run())
                .flatMap(Optional::stream)
                .findFirst();
    }
}
