package io.operatorlib.testing.traps;

/** Prints what became of one scenario here and there. */
final class SideBySide {
    private SideBySide() {}

    static void tell(String trap, String theirs, String ours) {
        System.out.printf("%-4s client-java: %s | operator-lib: %s%n", trap, theirs, ours);
    }
}
