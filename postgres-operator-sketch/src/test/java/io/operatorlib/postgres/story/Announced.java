package io.operatorlib.postgres.story;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/** What the status announced from time to time that an abrupt failover would lose. */
final class Announced implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;

    private final Stage stage;
    private final List<Loss> losses = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean stopped;

    private record Loss(long nanos, String primary, long bytes) {}

    /** Begins to look. */
    Announced(Stage stage) {
        this.stage = stage;
        thread = new Thread(this::look, "announced");
        thread.setDaemon(true);
        thread.start();
    }

    private void look() {
        try {
            while (!stopped) {
                stage.announcedLoss(Story.NAME)
                        .ifPresent(bytes -> losses.add(new Loss(System.nanoTime(), stage.primary(Story.NAME), bytes)));
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last word on a primary's loss at some time; empty where there was none. */
    OptionalLong of(String primary, LongPredicate when) {
        synchronized (losses) {
            return losses.stream()
                    .filter(loss -> loss.primary().equals(primary) && when.test(loss.nanos()))
                    .mapToLong(Loss::bytes)
                    .reduce((before, next) -> next);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
