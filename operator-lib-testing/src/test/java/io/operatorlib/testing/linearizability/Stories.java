package io.operatorlib.testing.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Histories of clients of a register that does one thing at a time, by seed: each operation has its effect at some moment
 * between its call and its return, and some are never answered.
 */
final class Stories {
    private static final int UNANSWERED_PERCENT = 4;

    private final Random random;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Due> due = new ArrayList<>();
    private int values;

    /** An operation that was called, with the moment of its effect. */
    private record Due(int client, Action asked, long called, long effect, long returned) {}

    private Stories(long seed) {
        random = new Random(seed);
    }

    /** A linearizable history of one register. */
    static List<Operation> told(long seed, String key, int clients, int length) {
        return new Stories(seed).tell(key, clients, length);
    }

    private List<Operation> tell(String key, int clients, int length) {
        long[] free = new long[clients];
        for (int i = 0; i < length; i++) {
            int client = random.nextInt(clients);
            long called = free[client] + random.nextInt(10);
            long effect = called + random.nextInt(20);
            long returned = effect + random.nextInt(20);
            free[client] = returned + 1;
            due.add(new Due(client, asked(), called, effect, returned));
        }
        due.sort((a, b) -> Long.compare(a.effect(), b.effect()));
        String held = null;
        for (Due operation : due) {
            held = happen(key, operation, held);
        }
        return operations;
    }

    /** A write of what was never written, or a question that is filled in when it happens. */
    private Action asked() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Action.Write("v" + ++values);
            case 4, 5 -> new Action.Swapped(random.nextBoolean() ? "v" + values : "none", "v" + ++values);
            default -> new Action.Read(null);
        };
    }

    private @Nullable String happen(String key, Due due, @Nullable String held) {
        Action seen = due.asked();
        String after = seen.fits(held) ? seen.after(held) : held;
        if (seen instanceof Action.Read) {
            seen = new Action.Read(held);
            after = held;
        } else if (seen instanceof Action.Swapped swap && !swap.fits(held)) {
            seen = new Action.NotSwapped(swap.expected());
        }
        boolean lost = random.nextInt(100) < UNANSWERED_PERCENT;
        boolean done = !lost || random.nextBoolean();
        operations.add(new Operation(
                "c" + due.client(),
                key,
                lost ? due.asked() : seen,
                due.called(),
                lost ? Operation.NEVER : due.returned()));
        return done ? after : held;
    }
}
