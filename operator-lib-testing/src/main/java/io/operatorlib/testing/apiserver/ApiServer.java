package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.schema.RuleBook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A Kubernetes API server in memory.
 *
 * <p><b>Flow.</b> A request's path names a kind and a verb; who may not is refused; the verb reads the store, or makes
 * an object's next state and puts it there; watches read the store's history.
 *
 * <p><b>Guarantees.</b> Safe for use by many threads. Time, UIDs and generated names come from the scheduler alone, so
 * that the same requests in the same order have the same replies. What is not supported is refused by name.
 *
 * <p><b>Limits.</b> Nothing is kept when it ends. Garbage collection, Deployments and the like are the work of
 * controllers elsewhere, as behind a real API server.
 */
public final class ApiServer {
    private final Scheduler scheduler;
    private final Store store;
    private final Kinds kinds;
    private final Reads reads;
    private final Watches watches;
    private final Writes writes;
    private final Patches patches;
    private final Deletion deletion;
    private final RequestLog log = new RequestLog();
    private final Map<String, Subresource> subresources = new ConcurrentHashMap<>();

    private ApiServer(Scheduler scheduler, RuleBook rules) {
        this.scheduler = scheduler;
        store = new Store(scheduler);
        kinds = new Kinds(rules);
        reads = new Reads(store);
        watches = new Watches(store, scheduler);
        var identities = new Identities(scheduler);
        var definitions = new Definitions(store, kinds, identities);
        writes = new Writes(store, reads, identities, new Strategies(store), new Ownership(identities), definitions);
        patches = new Patches(writes);
        deletion = new Deletion(store, reads, identities, definitions);
    }

    /** A server with the namespaces and roles that every cluster has. */
    public static ApiServer create(Scheduler scheduler) {
        var server = new ApiServer(scheduler, UntypedRules.BOOK);
        Beginnings.of(server);
        return server;
    }

    /** The in-process door of one caller. */
    public KubeApi as(Caller caller) {
        return new KubeApi() {
            @Override
            public ApiResponse send(ApiRequest request) {
                return handle(caller, request);
            }

            @Override
            public ApiWatch watch(ApiRequest request) {
                return ApiServer.this.watch(caller, request);
            }
        };
    }

    /** Answers one request that is not a watch. */
    public ApiResponse handle(Caller caller, ApiRequest request) {
        Call call = Call.of(request).orElse(null);
        if (call == null) {
            return Reply.of(ApiError.noSuchPath()).response();
        }
        try {
            ServedKind kind = kind(call);
            Subresource elsewhere = subresources.get(kind.resource() + "/" + call.subresource());
            if (elsewhere != null) {
                return elsewhere(caller, call, kind, elsewhere);
            }
            Reply reply = verb(call, kind);
            log.add(caller, call, reply);
            return reply.response();
        } catch (ApiError e) {
            Reply reply = Reply.of(e);
            log.add(caller, call, reply);
            return reply.response();
        }
    }

    private ApiResponse elsewhere(Caller caller, Call call, ServedKind kind, Subresource handler) {
        JsonObject object = reads.find(kind, call.namespace(), call.name()).json(kind);
        ApiResponse response = handler.serve(caller, call.request(), object);
        log.add(caller, call, new Reply(response.status(), "", false, "", List.of()));
        return response;
    }

    /** Opens a watch; a refusal is the stream's status. Threads that read it wait through the server's scheduler. */
    public ApiWatch watch(Caller caller, ApiRequest request) {
        Call call = Call.of(request).orElse(null);
        if (call == null) {
            return new RefusedWatch(ApiError.noSuchPath());
        }
        try {
            if (!call.verb().equals("watch")) {
                throw ApiError.badRequest("not a watch: " + request);
            }
            ApiWatch stream = watches.open(call, kind(call));
            log.add(caller, call, Reply.ok(""));
            return stream;
        } catch (ApiError e) {
            log.add(caller, call, Reply.of(e));
            return new RefusedWatch(e);
        }
    }

    /** A watch that was refused. */
    private record RefusedWatch(ApiError error) implements ApiWatch {
        @Override
        public int status() {
            return error.code();
        }

        @Override
        public String refusal() {
            return error.status().toString();
        }

        @Override
        public Next next(Duration atMost) {
            return new Ended();
        }

        @Override
        public void close() {}
    }

    private ServedKind kind(Call call) {
        return kinds.find(call.group(), call.version(), call.resource()).orElseThrow(ApiError::noSuchPath);
    }

    private Reply verb(Call call, ServedKind kind) {
        if (!call.subresource().isEmpty()) {
            return subresource(call, kind);
        }
        if (kind.namespaced() && call.namespace().isEmpty() && !call.verb().equals("list")) {
            throw ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        return switch (call.verb()) {
            case "get" -> reads.get(call, kind);
            case "list" -> reads.list(call, kind);
            case "create" -> create(call, kind);
            case "update" -> writes.update(call, kind);
            case "patch" -> patches.patch(call, kind);
            case "delete" -> deletion.delete(call, kind);
            case "deletecollection" -> deletion.deleteAll(call, kind);
            default ->
                throw ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
        };
    }

    private Reply create(Call call, ServedKind kind) {
        if (!call.name().isEmpty()) {
            throw ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        return writes.create(call, kind);
    }

    private Reply subresource(Call call, ServedKind kind) {
        if (!kind.has(call.subresource())) {
            throw ApiError.noSuchPath();
        }
        boolean plain =
                call.subresource().equals("status") || call.subresource().equals("finalize");
        return switch (call.verb()) {
            case "get" -> plain ? reads.get(call, kind) : unsupported(call);
            case "update" -> plain ? writes.update(call, kind) : unsupported(call);
            case "patch" -> plain ? patches.patch(call, kind) : unsupported(call);
            default -> unsupported(call);
        };
    }

    private static Reply unsupported(Call call) {
        throw ApiError.notImplemented(call.verb() + " of " + call.qualifiedResource());
    }

    /**
     * Has a subresource served by somebody else, for example {@code pods} and {@code log}.
     *
     * @param resource {@code plural.group}, or the bare plural in the core group
     */
    public void subresource(String resource, String name, Subresource handler) {
        subresources.put(resource + "/" + name, handler);
    }

    /** What is served now, in the order of groups, versions and plurals. */
    public List<ServedKind> served() {
        return kinds.all();
    }

    /** The revision of the last change. */
    public long revision() {
        return store.revision();
    }

    /** Forgets every past change, as a compaction of etcd does: who asks for one is told that it has expired. */
    public void compact() {
        store.compact();
    }

    /** Has every request told after it was answered, before its caller has the reply. Called without any lock. */
    public void observe(Consumer<LoggedRequest> observer) {
        log.observe(observer);
    }

    /** The last requests, the oldest first; ten thousand at most. */
    public List<LoggedRequest> requests() {
        return log.last();
    }

    Scheduler scheduler() {
        return scheduler;
    }
}
