package io.operatorlib.testing.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LinearizabilityTest {
    private static final int HISTORIES = 1_000;

    private static Operation read(@Nullable String found, long called, long returned) {
        return new Operation("reader", "x", new Action.Read(found), called, returned);
    }

    private static Operation wrote(String value, long called, long returned) {
        return new Operation("writer", "x", new Action.Write(value), called, returned);
    }

    private static boolean linearizable(List<Operation> history) {
        return Linearizability.violation(history).isEmpty();
    }

    @Test
    void whatOverlapsMayBeInEitherOrderAndWhatDoesNotMayNot() {
        assertThat(linearizable(List.of(wrote("a", 0, 10), read(null, 5, 8)))).isTrue();
        assertThat(linearizable(List.of(wrote("a", 0, 10), read("a", 5, 8)))).isTrue();
        assertThat(linearizable(List.of(wrote("a", 0, 10), read("a", 5, 8), read(null, 9, 12))))
                .isFalse();
        assertThat(linearizable(List.of(wrote("a", 0, 10), read(null, 11, 12)))).isFalse();
        assertThat(linearizable(List.of(wrote("a", 0, 1), wrote("b", 2, 3), read("a", 4, 5))))
                .isFalse();
        assertThat(linearizable(List.of(read("a", 0, 1), wrote("a", 2, 3)))).isFalse();
    }

    @Test
    void whatWasNeverAnsweredMayHappenOnceAtAnyLaterTimeOrNever() {
        var lost = wrote("b", 2, Operation.NEVER);
        assertThat(linearizable(List.of(wrote("a", 0, 1), lost, read("a", 5, 6), read("b", 90, 91))))
                .isTrue();
        assertThat(linearizable(List.of(wrote("a", 0, 1), lost, read("a", 90, 91))))
                .isTrue();
        assertThat(linearizable(List.of(wrote("a", 0, 1), lost, read("b", 5, 6), wrote("c", 7, 8), read("b", 9, 10))))
                .isFalse();
        assertThat(linearizable(List.of(read("b", 0, 1), lost))).isFalse();
        // one swap that never answered makes another possible
        var first = new Operation("s", "x", new Action.Swapped("a", "b"), 2, Operation.NEVER);
        var second = new Operation("s", "x", new Action.Swapped("b", "c"), 2, Operation.NEVER);
        assertThat(linearizable(List.of(wrote("a", 0, 1), first, second, read("c", 5, 6))))
                .isTrue();
        assertThat(linearizable(List.of(wrote("z", 0, 1), first, second, read("c", 5, 6))))
                .isFalse();
    }

    @Test
    void aViolationNamesTheRegisterTheOperationAndWhatCouldHaveBeenThere() {
        var violation = Linearizability.violation(
                List.of(wrote("a", 0, 1), wrote("b", 2, 9), read("c", 4, 5), wrote("d", 3, Operation.NEVER)));
        assertThat(violation.orElseThrow()).hasToString("""
                        register x: no moment is left for
                          client reader: Read[found=c], called 4, returned 5
                        for the register could have held [a] before it; under way was also
                          client writer: Write[value=b], called 2, returned 9
                          client writer: Write[value=d], called 3, never returned
                        """);
    }

    @Test
    void everyLinearizableHistoryIsAccepted() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = Stories.told(seed, "x", 2 + seed % 7, 60);
            assertThat(Linearizability.violation(history)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void everyPlantedViolationIsFound() {
        int planted = 0;
        for (int seed = 0; planted < HISTORIES; seed++) {
            Optional<List<Operation>> spoiled = spoiled(Stories.told(seed, "x", 2 + seed % 7, 60), new Random(seed));
            if (spoiled.isPresent()) {
                planted++;
                assertThat(Linearizability.violation(spoiled.get()))
                        .as("seed %d", seed)
                        .isPresent();
            }
        }
    }

    /** With a read that finds what was written over before it began, what was written only later, or what nobody wrote. */
    private static Optional<List<Operation>> spoiled(List<Operation> history, Random random) {
        var reads = history.stream()
                .filter(operation -> operation.action() instanceof Action.Read && operation.answered())
                .toList();
        if (reads.isEmpty()) {
            return Optional.empty();
        }
        Operation read = reads.get(random.nextInt(reads.size()));
        return impossible(history, read, random.nextInt(3)).map(value -> {
            var spoiled = new ArrayList<>(history);
            spoiled.set(history.indexOf(read), read(value, read.called(), read.returned()));
            return spoiled;
        });
    }

    private static Optional<String> impossible(List<Operation> history, Operation read, int how) {
        var writes = history.stream()
                .filter(operation -> operation.action() instanceof Action.Write)
                .sorted(Comparator.comparingLong(Operation::called))
                .toList();
        return switch (how) {
            case 0 ->
                writes.stream()
                        .filter(old -> writes.stream()
                                .anyMatch(next -> next.called() > old.returned() && next.returned() < read.called()))
                        .map(LinearizabilityTest::value)
                        .findFirst();
            case 1 ->
                writes.stream()
                        .filter(later -> later.called() > read.returned())
                        .map(LinearizabilityTest::value)
                        .findFirst();
            default -> Optional.of("nobody's");
        };
    }

    private static String value(Operation write) {
        return String.valueOf(((Action.Write) write.action()).value());
    }

    /** Short histories with few values, so that many are linearizable and many are not, held against every order. */
    @Test
    void itSaysWhatTryingEveryOrderSays() {
        int yes = 0;
        for (int seed = 0; seed < 20 * HISTORIES; seed++) {
            var random = new Random(seed);
            var history = IntStream.range(0, 3 + random.nextInt(4))
                    .mapToObj(i -> any(random))
                    .toList();
            boolean expected = somehow(history, new boolean[history.size()], null);
            yes += expected ? 1 : 0;
            assertThat(linearizable(history)).as("seed %d: %s", seed, history).isEqualTo(expected);
        }
        assertThat(yes).isBetween(2 * HISTORIES, 18 * HISTORIES);
    }

    private static Operation any(Random random) {
        String value = random.nextInt(4) == 0 ? null : "v" + random.nextInt(2);
        Action action = switch (random.nextInt(5)) {
            case 0, 1 -> new Action.Write(value);
            case 2 -> new Action.Swapped(value, "v" + random.nextInt(2));
            case 3 -> new Action.NotSwapped(value);
            default -> new Action.Read(value);
        };
        long called = random.nextInt(20);
        boolean lost = random.nextInt(4) == 0;
        return new Operation("c", "x", action, called, lost ? Operation.NEVER : called + random.nextInt(12));
    }

    private static boolean somehow(List<Operation> history, boolean[] done, @Nullable String held) {
        long firstReturn = Operation.NEVER;
        boolean answeredLeft = false;
        for (int i = 0; i < done.length; i++) {
            if (!done[i] && history.get(i).answered()) {
                answeredLeft = true;
                firstReturn = Math.min(firstReturn, history.get(i).returned());
            }
        }
        if (!answeredLeft) {
            return true;
        }
        for (int i = 0; i < done.length; i++) {
            Operation next = history.get(i);
            if (!done[i] && next.called() <= firstReturn && next.action().fits(held)) {
                done[i] = true;
                boolean found = somehow(history, done, next.action().after(held));
                done[i] = false;
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void aHundredThousandOperationsOfEightClientsAreJudged() {
        var history = new ArrayList<Operation>();
        for (int register = 0; register < 20; register++) {
            history.addAll(Stories.told(register, "r" + register, 8, 5_000));
        }
        long began = System.nanoTime();
        assertThat(Linearizability.violation(history)).isEmpty();
        System.out.printf("%d operations judged in %.1f s%n", history.size(), (System.nanoTime() - began) / 1e9);
    }
}
