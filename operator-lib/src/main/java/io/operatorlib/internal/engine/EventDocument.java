package io.operatorlib.internal.engine;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.Meta;
import io.operatorlib.Plan;
import io.operatorlib.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An Event of {@code events.k8s.io/v1} as JSON. Pure functions. */
final class EventDocument {
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    /** The API's limit for an Event's note. */
    private static final int LONGEST_NOTE = 1024;

    /** The API's limit for a reason, an action and the name of a reporter. */
    private static final int LONGEST_WORD = 128;

    /** Leaves room for the digest within a name's limit of 253 characters. */
    private static final int LONGEST_PREFIX = 200;

    private EventDocument() {}

    static String time(Instant instant) {
        return MICRO_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** A name that follows from what is said of whom. */
    static String name(Meta about, Plan.Note note) {
        String said = about.uid() + "\n" + note.warning() + "\n" + note.reason() + "\n" + note.message();
        String digest = Hashing.sha256()
                .hashString(said, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
        return shortened(about.name(), LONGEST_PREFIX) + "." + digest;
    }

    static JsonObject of(ResourceKey name, Kind<?, ?> kind, Meta about, Plan.Note note, String reporter, Instant now) {
        var meta = new JsonObject();
        meta.addProperty("name", name.name());
        meta.addProperty("namespace", name.namespace());
        var regarding = new JsonObject();
        regarding.addProperty("apiVersion", kind.apiVersion());
        regarding.addProperty("kind", kind.kind());
        if (!about.namespace().isEmpty()) {
            regarding.addProperty("namespace", about.namespace());
        }
        regarding.addProperty("name", about.name());
        regarding.addProperty("uid", about.uid());
        var event = new JsonObject();
        event.add("metadata", meta);
        event.addProperty("eventTime", time(now));
        event.addProperty("reportingController", reporter);
        event.addProperty("reportingInstance", reporter);
        event.addProperty("action", "Reconcile");
        event.addProperty("type", note.warning() ? "Warning" : "Normal");
        event.addProperty("reason", word(note.reason()));
        event.addProperty("note", shortened(note.message(), LONGEST_NOTE));
        event.add("regarding", regarding);
        return event;
    }

    /** As much of it as the API takes for a word. */
    static String word(String text) {
        return shortened(text, LONGEST_WORD);
    }

    private static String shortened(String text, int longest) {
        return text.substring(0, Math.min(text.length(), longest));
    }
}
