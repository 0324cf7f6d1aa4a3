package io.operatorlib.testing.linearizability;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a register and what was answered. A register holds a text, or nothing, which is null here: at the
 * beginning, and after it was deleted.
 */
public sealed interface Action {

    /** Tells whether a register that holds this could have given the answer. */
    boolean fits(@Nullable String held);

    /** What a register holds afterwards that held this. */
    @Nullable
    String after(@Nullable String held);

    /** A read, and what it found. */
    record Read(@Nullable String found) implements Action {
        @Override
        public boolean fits(@Nullable String held) {
            return Objects.equals(held, found);
        }

        @Override
        public @Nullable String after(@Nullable String held) {
            return held;
        }
    }

    /** A write, whatever was there; of null, a deletion. */
    record Write(@Nullable String value) implements Action {
        @Override
        public boolean fits(@Nullable String held) {
            return true;
        }

        @Override
        public @Nullable String after(@Nullable String held) {
            return value;
        }
    }

    /** A write on the condition that something certain is there, which was so. */
    record Swapped(@Nullable String expected, @Nullable String value) implements Action {
        @Override
        public boolean fits(@Nullable String held) {
            return Objects.equals(held, expected);
        }

        @Override
        public @Nullable String after(@Nullable String held) {
            return value;
        }
    }

    /** A write on the condition that something certain is there, which was not so. */
    record NotSwapped(@Nullable String expected) implements Action {
        @Override
        public boolean fits(@Nullable String held) {
            return !Objects.equals(held, expected);
        }

        @Override
        public @Nullable String after(@Nullable String held) {
            return held;
        }
    }
}
