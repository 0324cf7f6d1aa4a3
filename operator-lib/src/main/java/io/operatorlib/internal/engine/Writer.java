package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.util.function.Supplier;

/**
 * Writes to the API on behalf of a resource, and remembers each write until the caches show it: with the version that
 * it gave, or as one of unknown fate.
 */
final class Writer {
    /** The API's limit for a field manager's name. */
    private static final int LONGEST_MANAGER = 128;

    private final KubeClient client;
    private final Scheduler scheduler;
    private final OwnWrites ownWrites;
    private final Settled settled;
    private final String manager;

    Writer(KubeClient client, Scheduler scheduler, OwnWrites ownWrites, Settled settled, String manager) {
        this.client = client;
        this.scheduler = scheduler;
        this.ownWrites = ownWrites;
        this.settled = settled;
        this.manager = manager.substring(0, Math.min(manager.length(), LONGEST_MANAGER));
    }

    KubeClient client() {
        return client;
    }

    Settled settled() {
        return settled;
    }

    String manager() {
        return manager;
    }

    void create(ResourceKey resource, Target target, JsonObject object) {
        send(resource, target, () -> client.create(target.kind(), target.key().namespace(), object, manager));
    }

    void apply(ResourceKey resource, Target target, JsonObject object) {
        JsonObject result =
                send(resource, target, () -> client.apply(target.kind(), target.key(), object, manager, true));
        settled.remember(target, Settled.Part.APPLIED, object, result);
    }

    void mergePatch(ResourceKey resource, Target target, JsonObject patch) {
        JsonObject result =
                send(resource, target, () -> client.mergePatch(target.kind(), target.key(), patch, manager));
        settled.remember(target, Settled.Part.PATCHED, patch, result);
    }

    /** Replaces the whole status of the object with that UID, whatever stood there. */
    void status(ResourceKey resource, Target target, String uid, JsonObject status) {
        var operations = new JsonArray();
        var test = new JsonObject();
        test.addProperty("op", "test");
        test.addProperty("path", "/metadata/uid");
        test.addProperty("value", uid);
        operations.add(test);
        var add = new JsonObject();
        add.addProperty("op", "add");
        add.addProperty("path", "/status");
        add.add("value", status);
        operations.add(add);
        JsonObject result = send(
                resource, target, () -> client.jsonPatch(target.kind(), target.key(), "status", operations, manager));
        settled.remember(target, Settled.Part.STATUS, status, result);
    }

    /** Deletes; that the object is gone, or another one bears its name, is as good. */
    void delete(ResourceKey resource, Target target, DeleteOptions options, String uid) {
        unknownUnlessReplied(resource, target, () -> client.delete(target.kind(), target.key(), options));
        ownWrites.deleted(resource, target, uid, scheduler.nanoTime());
    }

    /** Notes that an object has been found to be gone. */
    void gone(ResourceKey resource, Target target, String uid) {
        ownWrites.deleted(resource, target, uid, scheduler.nanoTime());
    }

    /** Notes that an object is there, or not, in a way that is to be looked up. */
    void unknown(ResourceKey resource, Target target) {
        ownWrites.unknown(resource, target);
    }

    private JsonObject send(ResourceKey resource, Target target, Supplier<JsonObject> request) {
        JsonObject result = unknownUnlessReplied(resource, target, request);
        ownWrites.written(resource, target, Json.resourceVersion(result), scheduler.nanoTime());
        return result;
    }

    private <R> R unknownUnlessReplied(ResourceKey resource, Target target, Supplier<R> request) {
        try {
            return request.get();
        } catch (KubeApi.NoReplyException e) {
            ownWrites.unknown(resource, target);
            throw e;
        } catch (ApiException e) {
            // a server, or a proxy, that failed half-way may have done it
            if (e.code() >= 500) {
                ownWrites.unknown(resource, target);
            }
            throw e;
        }
    }
}
