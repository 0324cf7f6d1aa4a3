package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Objects;

/**
 * Makes the kinds of CustomResourceDefinitions served.
 *
 * <p><b>Flow.</b> Stored → names accepted and established (a second change, of its status) → terminating (its objects
 * are deleted, by the server) → gone, with the last of its objects.
 */
final class Definitions implements Aftermath {
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private final Store store;
    private final Kinds kinds;
    private final Identities identities;

    Definitions(Store store, Kinds kinds, Identities identities) {
        this.store = store;
        this.kinds = kinds;
        this.identities = identities;
    }

    @Override
    public void stored(ServedKind kind, Stored object) {
        if (kind.resource().equals(Kinds.CRDS)) {
            settle(object);
        }
    }

    @Override
    public void removed(ServedKind kind, Stored last) {
        if (kind.resource().equals(Kinds.CRDS)) {
            kinds.follow(Meta.name(last.json()), null);
        } else if (kind.custom()) {
            Stored definition = store.get(Kinds.CRDS, kind.resource());
            if (definition != null && Meta.terminating(definition.json())) {
                settle(definition);
            }
        }
    }

    private void settle(Stored definition) {
        Stored now = definition;
        while (now != null) {
            String name = Meta.name(now.json());
            JsonObject next = Meta.terminating(now.json()) ? finished(now) : established(now.json());
            if (next.equals(now.json())) {
                kinds.follow(name, next);
                return;
            }
            JsonObject unstamped = Meta.with(next, "resourceVersion", (JsonElement) null);
            if (Deletion.completes(next)) {
                if (store.remove(Kinds.CRDS, name, now) != null) {
                    kinds.follow(name, null);
                    return;
                }
            } else if (store.put(Kinds.CRDS, name, now, unstamped) != null) {
                kinds.follow(name, next);
                return;
            }
            now = store.get(Kinds.CRDS, name);
        }
    }

    private JsonObject finished(Stored definition) {
        String name = Meta.name(definition.json());
        for (ServedKind kind : kinds.of(name).stream().limit(1).toList()) {
            String resource = Versions.stored(kind);
            for (var entry : store.list(resource, "").objects().entrySet()) {
                Stored object = entry.getValue();
                if (Meta.finalizers(object.json()).isEmpty()) {
                    store.remove(resource, entry.getKey(), object);
                } else if (!Meta.terminating(object.json())) {
                    JsonObject marked = Meta.with(object.json(), "deletionTimestamp", identities.now());
                    store.put(resource, entry.getKey(), object, Meta.with(marked, "deletionGracePeriodSeconds", 0));
                }
            }
            if (store.any(resource, "")) {
                return definition.json();
            }
        }
        var finalizers = new JsonArray();
        Meta.finalizers(definition.json()).stream()
                .filter(finalizer -> !finalizer.equals(CLEANUP))
                .forEach(finalizers::add);
        return Meta.with(definition.json(), "finalizers", finalizers.isEmpty() ? null : finalizers);
    }

    private JsonObject established(JsonObject definition) {
        JsonObject spec = Json.object(definition, "spec");
        JsonObject old = Json.object(definition, "status");
        JsonObject status = Json.shallow(old);
        status.add("acceptedNames", Json.object(spec, "names"));
        var conditions = new JsonArray();
        conditions.add(condition(old, "NamesAccepted", "NoConflicts", "no conflicts found"));
        conditions.add(condition(old, "Established", "InitialNamesAccepted", "the initial names have been accepted"));
        status.add("conditions", conditions);
        status.add("storedVersions", storedVersions(spec, old));
        JsonObject next = Json.with(definition, "status", status);
        if (!Meta.finalizers(next).contains(CLEANUP)) {
            var finalizers = new JsonArray();
            Json.array(Meta.of(next), "finalizers").forEach(finalizers::add);
            finalizers.add(CLEANUP);
            next = Meta.with(next, "finalizers", finalizers);
        }
        return next;
    }

    /** A new definition, of which nothing is known yet but the version that is stored. */
    static JsonObject begun(JsonObject definition) {
        var names = new JsonObject();
        names.addProperty("kind", "");
        names.addProperty("plural", "");
        var status = new JsonObject();
        status.add("acceptedNames", names);
        status.add("conditions", JsonNull.INSTANCE);
        status.add("storedVersions", storedVersions(Json.object(definition, "spec"), new JsonObject()));
        return Json.with(definition, "status", status);
    }

    private static JsonArray storedVersions(JsonObject spec, JsonObject old) {
        var versions = new JsonArray();
        Json.array(old, "storedVersions").forEach(versions::add);
        for (JsonElement element : Json.array(spec, "versions")) {
            JsonObject version = element.getAsJsonObject();
            JsonElement name = Objects.requireNonNull(version.get("name"));
            if (version.has("storage") && version.get("storage").getAsBoolean() && !versions.contains(name)) {
                versions.add(name);
            }
        }
        return versions;
    }

    private JsonObject condition(JsonObject status, String type, String reason, String message) {
        for (JsonElement known : Json.array(status, "conditions")) {
            if (known instanceof JsonObject condition
                    && Json.string(condition, "type").equals(type)) {
                return condition;
            }
        }
        var condition = new JsonObject();
        condition.addProperty("type", type);
        condition.addProperty("status", "True");
        condition.addProperty("lastTransitionTime", identities.now());
        condition.addProperty("reason", reason);
        condition.addProperty("message", message);
        return condition;
    }
}
