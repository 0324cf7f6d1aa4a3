package io.operatorlib.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends signals as a shell does: Java itself knows two. */
final class Kill {
    private Kill() {}

    static void send(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
