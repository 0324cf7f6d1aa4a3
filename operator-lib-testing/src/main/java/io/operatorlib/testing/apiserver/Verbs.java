package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.Scheduler;

/** Who answers which verb of which resource or subresource. */
final class Verbs {
    private final Reads reads;
    private final Watches watches;
    private final Writes writes;
    private final Patches patches;
    private final Deletion deletion;
    private final Scales scales;
    private final PodSubresources pods;
    private final Tokens tokens;
    private final Reviews reviews;

    Verbs(Scheduler scheduler, Store store, Kinds kinds, Rbac rbac) {
        var identities = new Identities(scheduler);
        var definitions = new Definitions(store, kinds, identities);
        var ownership = new Ownership(identities);
        reads = new Reads(store);
        watches = new Watches(store, scheduler);
        writes = new Writes(store, reads, identities, new Strategies(store), ownership, definitions);
        patches = new Patches(store, writes, ownership);
        deletion = new Deletion(store, reads, identities, definitions);
        scales = new Scales(reads, writes);
        pods = new PodSubresources(store, reads, writes, deletion, identities);
        tokens = new Tokens(scheduler, store, reads);
        reviews = new Reviews(rbac, ownership, tokens::caller);
    }

    Reads reads() {
        return reads;
    }

    Watches watches() {
        return watches;
    }

    Tokens tokens() {
        return tokens;
    }

    Reply answer(Caller caller, Call call, ServedKind kind) {
        if (Reviews.isReview(kind)) {
            return reviews.create(caller, call, kind);
        }
        if (!call.subresource().isEmpty()) {
            return subresource(call, kind);
        }
        if (kind.namespaced() && call.namespace().isEmpty() && !call.verb().equals("list")) {
            throw notAllowed();
        }
        return switch (call.verb()) {
            case "get" -> reads.get(call, kind);
            case "list" -> reads.list(call, kind);
            case "create" -> create(call, kind);
            case "update" -> call.ofOne() ? writes.update(call, kind) : refused();
            case "patch" -> call.ofOne() ? patches.patch(call, kind) : refused();
            case "delete" -> deletion.delete(call, kind);
            case "deletecollection" ->
                kind.resource().equals("namespaces") ? refused() : deletion.deleteAll(call, kind);
            default -> throw notAllowed();
        };
    }

    private Reply create(Call call, ServedKind kind) {
        return call.name().isEmpty() ? writes.create(call, kind) : refused();
    }

    private Reply subresource(Call call, ServedKind kind) {
        String head = call.subresource().split("/", 2)[0];
        if (!kind.has(head)) {
            throw ApiError.noSuchPath();
        }
        return switch (call.subresource()) {
            case "status", "finalize" -> part(call, kind);
            case "scale" -> scales.serve(call, kind);
            case "eviction" -> call.verb().equals("create") ? pods.evict(call, kind) : refused();
            case "binding" -> call.verb().equals("create") ? pods.bind(call, kind) : refused();
            case "token" -> call.verb().equals("create") ? tokens.create(call, kind) : refused();
            default -> throw ApiError.notImplemented("the subresource " + call.qualifiedResource());
        };
    }

    private Reply part(Call call, ServedKind kind) {
        return switch (call.verb()) {
            case "get" -> reads.get(call, kind);
            case "update" -> writes.update(call, kind);
            case "patch" -> patches.patch(call, kind);
            default -> throw notAllowed();
        };
    }

    private static Reply refused() {
        throw notAllowed();
    }

    private static ApiError notAllowed() {
        return ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
    }
}
