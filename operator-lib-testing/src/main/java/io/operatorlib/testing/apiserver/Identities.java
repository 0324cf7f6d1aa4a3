package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/** What the server gives a new object: a name where one is to be made, a UID, and the time. */
final class Identities {
    /** Consonants and digits that make no words and cannot be taken for one another. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX = 5;
    private static final int LONGEST_BASE = 63 - SUFFIX;

    private final Scheduler scheduler;

    Identities(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The object with a name made from its {@code generateName}. */
    JsonObject named(JsonObject object) {
        String base = Json.string(Meta.of(object), "generateName");
        return Meta.with(object, "name", base.substring(0, Math.min(base.length(), LONGEST_BASE)) + suffix());
    }

    private String suffix() {
        var suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX; i++) {
            suffix.append(LETTERS.charAt(scheduler.random().nextInt(LETTERS.length())));
        }
        return suffix.toString();
    }

    /** The object with the metadata of a beginning, whatever its sender wrote there. */
    JsonObject begin(ServedKind kind, JsonObject sent) {
        if (!Meta.resourceVersion(sent).isEmpty() && !Meta.resourceVersion(sent).equals("0")) {
            throw ApiError.unforeseen("resourceVersion should not be set on objects to be created");
        }
        JsonObject meta = Json.shallow(Meta.of(sent));
        for (String name :
                new String[] {"resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
            meta.remove(name);
        }
        meta.addProperty("uid", uid());
        meta.addProperty("creationTimestamp", now());
        if (Strategies.countsGenerations(kind)) {
            meta.addProperty("generation", 1);
        }
        return Json.with(sent, "metadata", meta);
    }

    /** A random UUID. */
    String uid() {
        RandomGenerator random = scheduler.random();
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new java.util.UUID(high, low).toString();
    }

    /** The time, as metadata has it. */
    String now() {
        return in(Duration.ZERO);
    }

    String in(Duration time) {
        return text(scheduler.now().plus(time));
    }

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
