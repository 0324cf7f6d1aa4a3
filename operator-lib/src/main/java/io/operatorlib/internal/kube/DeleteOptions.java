package io.operatorlib.internal.kube;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How to delete. Starts from {@link #DEFAULT}.
 *
 * @param uid delete only the object with this UID; null for any
 * @param resourceVersion delete only where the object is at this version; null for any
 * @param grace the grace period; null for the object's own
 * @param propagation what becomes of the objects that it owns; null for the kind's default
 */
public record DeleteOptions(
        @Nullable String uid,
        @Nullable String resourceVersion,
        @Nullable Duration grace,
        @Nullable Propagation propagation) {

    public static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);

    /** What becomes of the objects that a deleted object owns. */
    public enum Propagation {
        /** They go first, and the object last. */
        FOREGROUND,
        /** They go afterwards. */
        BACKGROUND,
        /** They stay, without their owner. */
        ORPHAN
    }

    public DeleteOptions uid(@Nullable String only) {
        return new DeleteOptions(only, resourceVersion, grace, propagation);
    }

    public DeleteOptions resourceVersion(@Nullable String only) {
        return new DeleteOptions(uid, only, grace, propagation);
    }

    public DeleteOptions grace(@Nullable Duration time) {
        return new DeleteOptions(uid, resourceVersion, time, propagation);
    }

    public DeleteOptions propagation(@Nullable Propagation policy) {
        return new DeleteOptions(uid, resourceVersion, grace, policy);
    }

    JsonObject json() {
        var json = new JsonObject();
        json.addProperty("apiVersion", "v1");
        json.addProperty("kind", "DeleteOptions");
        var preconditions = new JsonObject();
        if (uid != null) {
            preconditions.addProperty("uid", uid);
        }
        if (resourceVersion != null) {
            preconditions.addProperty("resourceVersion", resourceVersion);
        }
        if (!preconditions.isEmpty()) {
            json.add("preconditions", preconditions);
        }
        if (grace != null) {
            json.addProperty("gracePeriodSeconds", grace.toSeconds());
        }
        if (propagation != null) {
            String name = propagation.name();
            json.addProperty(
                    "propagationPolicy", name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
        }
        return json;
    }
}
