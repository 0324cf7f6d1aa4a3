package io.operatorlib.testing;

import java.util.Set;

/** Tells exceptions by which a program shows a mistake of its own from those by which it tells what the world answered. */
final class Mistakes {
    /** Where exceptions come from that nobody throws because a server does not answer. */
    private static final Set<String> LANGUAGE = Set.of("java.lang", "java.util");

    private Mistakes() {}

    /** Whether nothing but the language's own exceptions are to blame: none that tells of a request, a file, a socket. */
    static boolean isOne(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            boolean language = LANGUAGE.contains(cause.getClass().getPackageName());
            boolean told = cause instanceof InterruptedException;
            if (told || (cause instanceof Exception && !language)) {
                return false;
            }
        }
        return true;
    }

    /** Where it was thrown; empty where that is not known. */
    static String place(Throwable thrown) {
        var stack = thrown.getStackTrace();
        return stack.length == 0 ? "" : " at " + stack[0];
    }
}
