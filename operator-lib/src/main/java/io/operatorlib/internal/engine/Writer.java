package io.operatorlib.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.leader.LeadershipLostException;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes to the API on behalf of a resource, and remembers each write until the caches show it: with the version that
 * it gave, or as one of unknown fate. Nothing is written but in a {@link Turn} that may write.
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

    void create(Turn turn, Target target, JsonObject object) {
        send(turn, target, () -> client.create(target.kind(), target.key().namespace(), object, manager));
    }

    void apply(Turn turn, Target target, JsonObject object) {
        JsonObject result = send(turn, target, () -> client.apply(target.kind(), target.key(), object, manager, true));
        if (!AppliedAlready.test(result, object, manager)) {
            settled.remember(target, Settled.Part.APPLIED, object, result);
        }
    }

    void mergePatch(Turn turn, Target target, JsonObject patch) {
        JsonObject result = send(turn, target, () -> client.mergePatch(target.kind(), target.key(), patch, manager));
        settled.remember(target, Settled.Part.PATCHED, patch, result);
    }

    /** Replaces the whole status of the object with that UID, whatever stood there. */
    void status(Turn turn, Target target, String uid, JsonObject status) {
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
        JsonObject result =
                send(turn, target, () -> client.jsonPatch(target.kind(), target.key(), "status", operations, manager));
        if (!Json.equal(status, Json.object(result, "status"))) {
            settled.remember(target, Settled.Part.STATUS, status, result);
        }
    }

    /** Deletes; that the object is gone, or another one bears its name, is as good. */
    void delete(Turn turn, Target target, DeleteOptions options, String uid) {
        unknownUnlessReplied(turn, target, () -> client.delete(target.kind(), target.key(), options));
        ownWrites.deleted(turn.key(), target, uid, scheduler.nanoTime());
    }

    /** Asks for the object with that UID; another one that bears its name is not it. */
    Optional<JsonObject> find(Target target, String uid) {
        return client.find(target.kind(), target.key()).filter(live -> uid.equals(Json.uid(live)));
    }

    /** Notes that an object has been found to be gone. */
    void gone(Turn turn, Target target, String uid) {
        ownWrites.deleted(turn.key(), target, uid, scheduler.nanoTime());
    }

    /** Notes that an object is there, or not, in a way that is to be looked up. */
    void unknown(Turn turn, Target target) {
        ownWrites.unknown(turn.key(), target);
    }

    private JsonObject send(Turn turn, Target target, Supplier<JsonObject> request) {
        JsonObject result = unknownUnlessReplied(turn, target, request);
        ownWrites.written(turn.key(), target, result, scheduler.nanoTime());
        return result;
    }

    private <R> R unknownUnlessReplied(Turn turn, Target target, Supplier<R> request) {
        turn.checkMayWrite();
        try {
            return request.get();
        } catch (KubeApi.NoReplyException e) {
            ownWrites.unknown(turn.key(), target);
            throw e;
        } catch (LeadershipLostException e) {
            throw new LookAgainException(String.valueOf(e.getMessage()));
        } catch (ApiException e) {
            // a server, or a proxy, that failed half-way may have done it
            if (e.code() >= 500) {
                ownWrites.unknown(turn.key(), target);
            }
            throw e;
        }
    }
}
