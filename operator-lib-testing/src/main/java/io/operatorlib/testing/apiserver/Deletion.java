package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The verbs delete and deletecollection.
 *
 * <p><b>Flow.</b> Live → terminating (deletionTimestamp is set; finalizers hold it, or a pod's grace period) → gone.
 * An object that nothing holds is gone at once. A terminating object is gone when an update takes its last finalizer
 * and its grace period is zero, or when it is deleted again with no grace.
 *
 * <p><b>Guarantees.</b> A precondition that does not hold changes nothing. What the dependents of an object do follows
 * from the finalizers {@code orphan} and {@code foregroundDeletion}, which a garbage collector elsewhere serves.
 */
final class Deletion {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final Store store;
    private final Reads reads;
    private final Identities identities;
    private final Aftermath aftermath;

    Deletion(Store store, Reads reads, Identities identities, Aftermath aftermath) {
        this.store = store;
        this.reads = reads;
        this.identities = identities;
        this.aftermath = aftermath;
    }

    /**
     * How something is to be deleted.
     *
     * @param grace in seconds; null for the object's own
     * @param propagation {@code Foreground}, {@code Background}, {@code Orphan}, or empty
     */
    record Wish(@Nullable Long grace, String propagation, String uid, String resourceVersion, boolean dryRun) {

        static Wish of(Call call) {
            JsonObject body = Bodies.any(call);
            JsonObject preconditions = Json.object(body, "preconditions");
            Long grace = Json.number(body, "gracePeriodSeconds");
            if (grace == null && !call.query("gracePeriodSeconds").isEmpty()) {
                grace = seconds(call.query("gracePeriodSeconds"));
            }
            boolean dryRun = !Json.array(body, "dryRun").isEmpty()
                    || Options.of(call, "DeleteOptions").dryRun();
            return new Wish(
                    grace,
                    propagation(call, body),
                    Json.string(preconditions, "uid"),
                    Json.string(preconditions, "resourceVersion"),
                    dryRun);
        }

        private static long seconds(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw ApiError.badRequest("gracePeriodSeconds is not a number: " + text);
            }
        }

        private static String propagation(Call call, JsonObject body) {
            String policy = Json.string(body, "propagationPolicy");
            if (policy.isEmpty()) {
                policy = call.query("propagationPolicy");
            }
            boolean orphan = body.get("orphanDependents") instanceof JsonPrimitive p && p.getAsBoolean();
            if (policy.isEmpty()) {
                return orphan ? "Orphan" : "";
            }
            if (!List.of("Foreground", "Background", "Orphan").contains(policy)) {
                throw ApiError.invalid(
                        "meta.k8s.io",
                        "DeleteOptions",
                        "",
                        List.of(new Cause(
                                "FieldValueNotSupported",
                                "Unsupported value: \"" + policy
                                        + "\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                                "propagationPolicy")));
            }
            return policy;
        }
    }

    /** Tells whether an object that is being deleted has nothing left to wait for. */
    static boolean completes(JsonObject object) {
        if (!Meta.terminating(object) || !Meta.finalizers(object).isEmpty()) {
            return false;
        }
        Long grace = Json.number(Meta.of(object), "deletionGracePeriodSeconds");
        boolean held = object.get("kind") instanceof JsonPrimitive kind
                && kind.getAsString().equals("Namespace")
                && !Json.array(Json.object(object, "spec"), "finalizers").isEmpty();
        return (grace == null || grace == 0) && !held;
    }

    Reply delete(Call call, ServedKind kind) {
        Wish wish = Wish.of(call);
        while (true) {
            Stored old = reads.find(kind, call.namespace(), call.name());
            old.json(kind); // what cannot be read at this version cannot be deleted at it
            Result result = attempt(kind, old, wish);
            if (result != null) {
                return reply(kind, result);
            }
        }
    }

    /** What came of it: the object's state, and whether it is gone. */
    private record Result(JsonObject object, boolean gone, boolean changed) {}

    private static Reply reply(ServedKind kind, Result result) {
        if (!result.gone()) {
            return Reply.of(200, result.object(), result.changed());
        }
        return Reply.of(200, returnsObject(kind) ? result.object() : success(kind, result.object()), result.changed());
    }

    private static boolean returnsObject(ServedKind kind) {
        return !kind.custom()
                && kind.group().isEmpty()
                && switch (kind.kind()) {
                    case "Pod",
                            "Service",
                            "ServiceAccount",
                            "PersistentVolume",
                            "PersistentVolumeClaim",
                            "ResourceQuota" -> true;
                    default -> false;
                };
    }

    private static JsonObject success(ServedKind kind, JsonObject object) {
        var details = new JsonObject();
        details.addProperty("name", Meta.name(object));
        if (!kind.group().isEmpty()) {
            details.addProperty("group", kind.group());
        }
        details.addProperty("kind", kind.plural());
        details.addProperty("uid", Meta.uid(object));
        var status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.add("metadata", new JsonObject());
        status.addProperty("status", "Success");
        status.add("details", details);
        return status;
    }

    /** Null where the object is no longer the one that was read. */
    private @Nullable Result attempt(ServedKind kind, Stored old, Wish wish) {
        JsonObject before = old.json();
        checkPreconditions(kind, before, wish);
        Grace grace = grace(kind, before, wish);
        if (grace.pending()) {
            return new Result(old.json(kind), false, false);
        }
        JsonObject next = grace.object();
        List<String> finalizers = finalizers(next, wish);
        next = Meta.finalizers(next).equals(finalizers)
                ? next
                : Meta.with(next, "finalizers", finalizers.isEmpty() ? null : Json.arrayOf(finalizers));
        boolean held = !finalizers.isEmpty() || holds(kind, next);
        if (held && !grace.graceful()) {
            next = marked(next);
        }
        if (kind.resource().equals("namespaces")) {
            next = Meta.with(next, "deletionGracePeriodSeconds", (JsonElement) null);
        }
        next = phase(kind, next);
        boolean stays = held || grace.seconds() > 0;
        return stays ? keep(kind, old, next, wish) : remove(kind, old, next, grace.graceful(), wish);
    }

    private static boolean holds(ServedKind kind, JsonObject object) {
        return kind.resource().equals("namespaces")
                && !Json.array(Json.object(object, "spec"), "finalizers").isEmpty();
    }

    private static JsonObject phase(ServedKind kind, JsonObject object) {
        return kind.resource().equals("namespaces")
                ? Json.with(object, "status", Json.with(Json.object(object, "status"), "phase", "Terminating"))
                : object;
    }

    private @Nullable Result keep(ServedKind kind, Stored old, JsonObject next, Wish wish) {
        JsonObject unstamped = Meta.with(next, "resourceVersion", (JsonElement) null);
        if (wish.dryRun() || next.equals(old.json())) {
            return new Result(Versions.served(kind, next), false, false);
        }
        Stored stored = store.put(Versions.stored(kind), key(kind, next), old, unstamped);
        if (stored == null) {
            return null;
        }
        aftermath.stored(kind, stored);
        return new Result(stored.json(kind), false, true);
    }

    private @Nullable Result remove(ServedKind kind, Stored old, JsonObject next, boolean graceful, Wish wish) {
        if (wish.dryRun()) {
            return new Result(Versions.served(kind, next), true, false);
        }
        Stored last = old;
        if (graceful && !next.equals(old.json())) {
            JsonObject unstamped = Meta.with(next, "resourceVersion", (JsonElement) null);
            last = store.put(Versions.stored(kind), key(kind, next), old, unstamped);
            if (last == null) {
                return null;
            }
        }
        Stored gone = store.remove(Versions.stored(kind), key(kind, next), last);
        if (gone == null) {
            // whoever saw the mark may have removed it already, as a kubelet does: what was asked for is done
            return graceful && isGone(kind, last) ? new Result(last.json(kind), true, true) : null;
        }
        aftermath.removed(kind, gone);
        return new Result(gone.json(kind), true, true);
    }

    private boolean isGone(ServedKind kind, Stored last) {
        Stored now = store.get(Versions.stored(kind), key(kind, last.json()));
        return now == null || !Meta.uid(now.json()).equals(Meta.uid(last.json()));
    }

    private static String key(ServedKind kind, JsonObject object) {
        return Versions.key(kind, Meta.namespace(object), Meta.name(object));
    }

    private static void checkPreconditions(ServedKind kind, JsonObject object, Wish wish) {
        if (!wish.uid().isEmpty() && !wish.uid().equals(Meta.uid(object))) {
            throw ApiError.preconditionFailed(
                    kind,
                    Meta.name(object),
                    "the UID in the precondition (" + wish.uid() + ") does not match the UID in record ("
                            + Meta.uid(object) + "). The object might have been deleted and then recreated");
        }
        String version = wish.resourceVersion();
        if (!version.isEmpty() && !version.equals(Meta.resourceVersion(object))) {
            throw ApiError.preconditionFailed(
                    kind,
                    Meta.name(object),
                    "the ResourceVersion in the precondition (" + version + ") does not match the ResourceVersion in"
                            + " record (" + Meta.resourceVersion(object) + "). The object might have been modified");
        }
    }

    /**
     * What a grace period makes of an object.
     *
     * @param graceful whether the kind knows grace, so that the object is marked already
     * @param pending whether it is being deleted at least as soon as is wished
     */
    private record Grace(JsonObject object, long seconds, boolean graceful, boolean pending) {}

    private Grace grace(ServedKind kind, JsonObject object, Wish wish) {
        if (!kind.resource().equals("pods")) {
            return new Grace(object, 0, false, false);
        }
        JsonObject meta = Meta.of(object);
        if (Meta.terminating(object)) {
            Long running = Json.number(meta, "deletionGracePeriodSeconds");
            if (running == null) {
                return new Grace(object, 0, false, false);
            }
            Long wished = wish.grace();
            if (wished == null || wished >= running) {
                boolean over = running == 0 && Meta.finalizers(object).isEmpty();
                return new Grace(object, running, false, !over);
            }
            Instant end = Instant.parse(Json.string(meta, "deletionTimestamp"))
                    .minusSeconds(running)
                    .plusSeconds(wished);
            return new Grace(ending(object, Identities.text(end), wished), wished, true, false);
        }
        long seconds = podGrace(object, wish);
        JsonObject ending = ending(object, identities.in(Duration.ofSeconds(seconds)), seconds);
        return new Grace(nextGeneration(ending), seconds, true, false);
    }

    private static long podGrace(JsonObject pod, Wish wish) {
        JsonObject spec = Json.object(pod, "spec");
        Long own = Json.number(spec, "terminationGracePeriodSeconds");
        long seconds = wish.grace() != null ? wish.grace() : own != null ? own : 0;
        String phase = Json.string(Json.object(pod, "status"), "phase");
        if (Json.string(spec, "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded")) {
            return 0;
        }
        return seconds < 0 ? 1 : seconds;
    }

    private static JsonObject ending(JsonObject object, String timestamp, long seconds) {
        return Meta.with(Meta.with(object, "deletionTimestamp", timestamp), "deletionGracePeriodSeconds", seconds);
    }

    /** Marks an object that only finalizers hold. */
    private JsonObject marked(JsonObject object) {
        JsonObject counted = Meta.terminating(object) ? object : nextGeneration(object);
        String timestamp = Json.string(Meta.of(counted), "deletionTimestamp");
        String now = identities.now();
        return ending(counted, timestamp.isEmpty() || timestamp.compareTo(now) > 0 ? now : timestamp, 0);
    }

    private static JsonObject nextGeneration(JsonObject object) {
        long generation = Meta.generation(object);
        return generation > 0 ? Meta.with(object, "generation", generation + 1) : object;
    }

    /** The finalizers with those that the propagation policy asks for. */
    private static List<String> finalizers(JsonObject object, Wish wish) {
        List<String> present = Meta.finalizers(object);
        String policy = wish.propagation();
        boolean orphan = policy.isEmpty() ? present.contains(ORPHAN) : policy.equals("Orphan");
        boolean foreground = policy.isEmpty() ? present.contains(FOREGROUND) : policy.equals("Foreground");
        var wanted = new ArrayList<>(present);
        if (!orphan) {
            wanted.remove(ORPHAN);
        }
        if (!foreground) {
            wanted.remove(FOREGROUND);
        }
        if (orphan && !wanted.contains(ORPHAN)) {
            wanted.add(ORPHAN);
        }
        if (foreground && !wanted.contains(FOREGROUND)) {
            wanted.add(FOREGROUND);
        }
        return wanted;
    }

    Reply deleteAll(Call call, ServedKind kind) {
        Wish wish = Wish.of(call);
        Selector selector = Selector.of(call, kind);
        Store.Snapshot snapshot = store.list(Versions.stored(kind), Reads.prefix(call, kind));
        var items = new StringJoiner(",");
        boolean changed = false;
        for (Map.Entry<String, Stored> entry : snapshot.objects().entrySet()) {
            Stored now = entry.getValue();
            Result result = null;
            while (result == null && now != null && selector.matches(now.json())) {
                result = attempt(kind, now, wish);
                now = result == null ? store.get(Versions.stored(kind), entry.getKey()) : now;
            }
            if (result != null) {
                items.add(Versions.item(kind, entry.getValue().text(kind)));
                changed |= result.changed();
            }
        }
        String more = kind.custom() ? "\"continue\":\"\"," : "";
        String text = "{\"kind\":\"" + kind.listKind() + "\",\"apiVersion\":\"" + kind.apiVersion()
                + "\",\"metadata\":{" + more + "\"resourceVersion\":\"" + snapshot.revision() + "\"},\"items\":["
                + items + "]}";
        return Reply.of(200, text, changed);
    }
}
