package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The verbs create and update, and what patches share with them. */
final class Writes {
    /** A generated name that is taken is drawn anew as often as this, as a real server does. */
    private static final int NAME_ATTEMPTS = 8;

    private final Store store;
    private final Reads reads;
    private final Identities identities;
    private final Strategies strategies;
    private final Ownership ownership;
    private final Aftermath aftermath;

    Writes(
            Store store,
            Reads reads,
            Identities identities,
            Strategies strategies,
            Ownership ownership,
            Aftermath aftermath) {
        this.store = store;
        this.reads = reads;
        this.identities = identities;
        this.strategies = strategies;
        this.ownership = ownership;
        this.aftermath = aftermath;
    }

    Reply create(Call call, ServedKind kind) {
        Options options = Options.of(call, "CreateOptions");
        Bodies.Body body = Bodies.object(call, kind, options);
        return create(kind, call.namespace(), body.object(), options, Ownership.Writer.update(options, ""))
                .warning(body.complaints());
    }

    /** Creates an object that was read from a request. */
    Reply create(ServedKind kind, String namespace, JsonObject sent, Options options, Ownership.Writer writer) {
        JsonObject complete = kind.rules().defaulted(inNamespace(kind, sent, namespace));
        JsonObject placed = ownership.track(kind, new JsonObject(), complete, writer);
        boolean generate = Meta.name(placed).isEmpty()
                && !Json.string(Meta.of(placed), "generateName").isEmpty();
        for (int attempt = 1; ; attempt++) {
            JsonObject object = begun(kind, generate ? identities.named(placed) : placed);
            admit(kind, object);
            String key = Versions.key(kind, namespace, Meta.name(object));
            Stored existing = store.get(Versions.stored(kind), key);
            if (existing == null) {
                JsonObject toStore = Versions.toStore(kind, object);
                if (options.dryRun()) {
                    return Reply.of(201, Versions.served(kind, toStore), false).about(Meta.name(object));
                }
                Stored stored = store.put(Versions.stored(kind), key, null, toStore);
                if (stored != null) {
                    Reply reply = Reply.of(201, stored.text(kind), true).about(Meta.name(object));
                    aftermath.stored(kind, stored);
                    return reply;
                }
                existing = store.get(Versions.stored(kind), key);
            }
            if (!generate || attempt == NAME_ATTEMPTS) {
                throw existing != null && Meta.terminating(existing.json())
                        ? ApiError.stillTerminating(kind, Meta.name(object))
                        : ApiError.alreadyExists(kind, Meta.name(object));
            }
        }
    }

    private JsonObject begun(ServedKind kind, JsonObject sent) {
        JsonObject object = kind.rules().begun(identities.begin(kind, sent));
        return strategies.begun(kind, object);
    }

    private void admit(ServedKind kind, JsonObject object) {
        strategies.admitNamespace(kind, object);
        refuse(kind, object, kind.rules().create(object));
    }

    static void refuse(ServedKind kind, JsonObject object, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiError.invalid(kind, Meta.name(object), causes);
        }
    }

    /** The object in the namespace that the path names. */
    static JsonObject inNamespace(ServedKind kind, JsonObject sent, String namespace) {
        String own = Meta.namespace(sent);
        if (!kind.namespaced()) {
            if (!own.isEmpty()) {
                throw ApiError.badRequest(
                        "the namespace of the provided object does not match the namespace sent on" + " the request");
            }
            return sent;
        }
        if (own.equals(namespace)) {
            return sent;
        }
        if (!own.isEmpty()) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        return Meta.with(sent, "namespace", namespace);
    }

    Reply update(Call call, ServedKind kind) {
        Options options = Options.of(call, "UpdateOptions");
        Bodies.Body body = Bodies.object(call, kind, options);
        JsonObject sent = inNamespace(kind, body.object(), call.namespace());
        if (Meta.name(sent).isEmpty()) {
            throw ApiError.badRequest("the name of the object (" + call.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        if (!Meta.name(sent).equals(call.name())) {
            throw ApiError.badRequest("the name of the object (" + Meta.name(sent)
                    + ") does not match the name on the URL (" + call.name() + ")");
        }
        Ownership.Writer writer = Ownership.Writer.update(options, call.subresource());
        String key = Versions.key(kind, call.namespace(), call.name());
        if (strategies.createsOnUpdate(kind)
                && call.subresource().isEmpty()
                && store.get(Versions.stored(kind), key) == null) {
            return create(kind, call.namespace(), sent, options, writer).warning(body.complaints());
        }
        return change(call, kind, options, writer, old -> sent).warning(body.complaints());
    }

    /**
     * Replaces an object by what a function makes of its present state, which it is asked for anew where somebody else
     * was faster.
     */
    Reply change(
            Call call, ServedKind kind, Options options, Ownership.Writer writer, UnaryOperator<JsonObject> change) {
        while (true) {
            Stored old = reads.find(kind, call.namespace(), call.name());
            JsonObject wanted = change.apply(old.json(kind));
            JsonObject next = next(call, kind, old, wanted, writer);
            Reply reply = replace(kind, old, next, options);
            if (reply != null) {
                return reply;
            }
        }
    }

    private JsonObject next(Call call, ServedKind kind, Stored old, JsonObject wanted, Ownership.Writer writer) {
        JsonObject before = old.json(kind);
        boolean put = call.verb().equals("update");
        checkVersion(kind, old, wanted, put);
        if (put) {
            checkUid(kind, before, wanted);
        }
        JsonObject complete = kind.rules().defaulted(Meta.kept(wanted, before));
        JsonObject owned = ownership.track(kind, before, complete, writer);
        JsonObject next = strategies.updated(kind, call.subresource(), owned, before);
        List<Cause> causes = switch (call.subresource()) {
            case "status" -> kind.rules().updateStatus(next, before);
            // a binding changes what an update may not
            case "binding" -> List.of();
            default -> kind.rules().update(next, before);
        };
        refuse(kind, before, metadataTwice(causes));
        return next;
    }

    /** A real server looks at metadata before its strategies do, which look at it again. */
    private static List<Cause> metadataTwice(List<Cause> causes) {
        if (causes.isEmpty()) {
            return causes;
        }
        var all = new ArrayList<Cause>();
        for (Cause cause : causes) {
            if (cause.field().startsWith("metadata.")) {
                all.add(cause);
            }
        }
        all.addAll(causes);
        return all;
    }

    private void checkVersion(ServedKind kind, Stored old, JsonObject wanted, boolean required) {
        String version = Meta.resourceVersion(wanted);
        if (version.isEmpty() || version.equals("0")) {
            // a patch that says nothing of it has that of the object
            if ((required || version.equals("0")) && !strategies.unconditional(kind)) {
                throw ApiError.invalid(
                        kind.group(),
                        kind.plural(),
                        Meta.name(wanted),
                        List.of(new Cause(
                                "FieldValueInvalid",
                                "Invalid value: 0: must be specified for an update",
                                "metadata.resourceVersion")));
            }
        } else if (!version.equals(Long.toString(old.revision()))) {
            throw ApiError.modified(kind, Meta.name(old.json()));
        }
    }

    private static void checkUid(ServedKind kind, JsonObject before, JsonObject wanted) {
        String uid = Meta.uid(wanted);
        if (!uid.isEmpty() && !uid.equals(Meta.uid(before))) {
            String key = Versions.key(kind, Meta.namespace(before), Meta.name(before));
            String resource = kind.custom() ? kind.group() + "/" + kind.plural() : kind.plural();
            throw ApiError.conflict(
                    kind,
                    Meta.name(before),
                    "StorageError: invalid object, Code: 4, Key: /registry/" + resource + "/" + key
                            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
                            + uid + ", UID in object meta: " + Meta.uid(before));
        }
    }

    /** Stores the next state, unless it is the same; null where the old one is no longer the present one. */
    private @Nullable Reply replace(ServedKind kind, Stored old, JsonObject next, Options options) {
        JsonObject toStore = Versions.toStore(kind, next);
        if (toStore.equals(Meta.with(old.json(), "resourceVersion", (JsonElement) null))) {
            return Reply.ok(old.text(kind));
        }
        if (options.dryRun()) {
            JsonObject wouldBe = Versions.served(kind, toStore);
            return Reply.of(200, Meta.with(wouldBe, "resourceVersion", Meta.resourceVersion(old.json())), false);
        }
        String key = Versions.key(kind, Meta.namespace(next), Meta.name(next));
        if (Deletion.completes(next)) {
            Stored last = store.remove(Versions.stored(kind), key, old);
            if (last == null) {
                return null;
            }
            aftermath.removed(kind, last);
            return Reply.of(200, Meta.with(next, "resourceVersion", Meta.resourceVersion(old.json())), true);
        }
        Stored stored = store.put(Versions.stored(kind), key, old, toStore);
        if (stored == null) {
            return null;
        }
        Reply reply = Reply.of(200, stored.text(kind), true);
        aftermath.stored(kind, stored);
        return reply;
    }
}
