package io.operatorlib.testing.apiserver.schema;

import java.util.ArrayList;
import java.util.List;

/** What validation found in a value: its causes, and how many checks passed, which tells near misses from far ones. */
final class Findings {
    private final List<Cause> causes = new ArrayList<>();
    private int passed;

    void add(Cause cause) {
        if (!causes.contains(cause)) {
            causes.add(cause);
        }
    }

    void add(Findings others) {
        others.causes.forEach(this::add);
        passed += others.passed;
    }

    void pass() {
        passed++;
    }

    int passed() {
        return passed;
    }

    boolean clean() {
        return causes.isEmpty();
    }

    List<Cause> causes() {
        return causes;
    }
}
