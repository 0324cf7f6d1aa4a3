package io.operatorlib.internal.leader;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.cache.ResourceVersions;
import io.operatorlib.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * A Lease as it was read, or is to be written. What it says beside what is named here stays in it.
 *
 * @param object the whole object, as JSON; has no resource version where it is to be created
 */
public record Lease(JsonObject object) {
    // the API's MicroTime
    private static final DateTimeFormatter MICRO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** What others read who do not know that an empty holder is none: the field's convention for a release. */
    private static final Duration RELEASED = Duration.ofSeconds(1);

    /** Who holds it; empty for nobody. */
    public String holder() {
        return Json.text(object, "spec", "holderIdentity");
    }

    /** For how long after its last change it is its holder's; zero where it does not say. */
    public Duration duration() {
        return Duration.ofSeconds(Math.max(0, Json.number(0, object, "spec", "leaseDurationSeconds")));
    }

    /** How often it has been acquired. */
    public long term() {
        return Math.max(0, Json.number(0, object, "spec", "leaseTransitions"));
    }

    /** Tells whether it is somebody's: one without a holder, or that does not say for how long, is nobody's. */
    public boolean held() {
        return !holder().isEmpty() && !duration().isZero();
    }

    /** When its holder says that it was renewed, by a clock that nobody relies on. */
    Instant renewed() {
        try {
            return OffsetDateTime.parse(Json.text(object, "spec", "renewTime")).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /** Tells whether the other says the same of who holds it and since when. */
    boolean says(Lease other) {
        return Json.equal(Json.object(object, "spec"), Json.object(other.object, "spec"));
    }

    /** This Lease as of a new holder. */
    Lease acquired(String holder, Duration duration, long term, Instant now) {
        JsonObject spec = spec(holder, duration, now);
        spec.addProperty("leaseTransitions", term);
        spec.add("acquireTime", spec.get("renewTime"));
        return with(spec);
    }

    /** This Lease, renewed by its holder. It differs from before, whatever the clock says. */
    Lease renewed(String holder, Duration duration, Instant now) {
        Instant next = renewed().plus(1, ChronoUnit.MICROS);
        return with(spec(holder, duration, now.isAfter(next) ? now : next));
    }

    /** This Lease without a holder. */
    Lease released(Instant now) {
        return with(spec("", RELEASED, now));
    }

    /** This Lease, to be created anew. */
    Lease fresh() {
        JsonObject meta = new JsonObject();
        meta.add("name", new JsonPrimitive(Json.text(object, "metadata", "name")));
        meta.add("namespace", new JsonPrimitive(Json.text(object, "metadata", "namespace")));
        return new Lease(Json.with(object, "metadata", meta));
    }

    private JsonObject spec(String holder, Duration duration, Instant now) {
        JsonObject spec = Json.object(object, "spec").deepCopy();
        spec.addProperty("holderIdentity", holder);
        spec.addProperty("leaseDurationSeconds", duration.toSeconds());
        spec.addProperty("renewTime", MICRO.format(now));
        return spec;
    }

    private Lease with(JsonObject spec) {
        return new Lease(Json.with(object, "spec", spec));
    }

    /** Tells whether it is there already, so that it is replaced, not created. */
    boolean stored() {
        return !Json.resourceVersion(object).isEmpty();
    }

    /** Tells whether it is known to have been stored before the other. */
    boolean olderThan(Lease other) {
        return ResourceVersions.older(Json.resourceVersion(object), Json.resourceVersion(other.object));
    }

    @Override
    public String toString() {
        return holder() + " term=" + term() + " duration=" + duration() + " version=" + Json.resourceVersion(object);
    }

    /** A Lease that nobody has created yet. */
    static Lease none(String namespace, String name) {
        var meta = new JsonObject();
        meta.addProperty("name", name);
        meta.addProperty("namespace", namespace);
        var object = new JsonObject();
        object.add("metadata", meta);
        object.add("spec", new JsonObject());
        return new Lease(object);
    }
}
