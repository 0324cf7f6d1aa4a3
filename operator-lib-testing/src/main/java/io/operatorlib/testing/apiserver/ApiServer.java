package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.ApiWatch;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.apiserver.schema.KubernetesRules;
import io.operatorlib.testing.apiserver.schema.RuleBook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final Store store;
    private final Kinds kinds;
    private final Rbac rbac;
    private final Verbs verbs;
    private final RequestLog log = new RequestLog();
    private volatile Webhooks webhooks = Webhooks.NONE;
    private final Map<String, Subresource> subresources = new ConcurrentHashMap<>();
    private volatile @Nullable PodConnections connections;

    private ApiServer(Scheduler scheduler, RuleBook rules) {
        store = new Store(scheduler);
        kinds = new Kinds(rules, () -> webhooks);
        rbac = new Rbac(store);
        verbs = new Verbs(scheduler, store, kinds, rbac);
    }

    /** A server with the namespaces and roles that every cluster has. */
    public static ApiServer create(Scheduler scheduler) {
        return create(scheduler, KubernetesRules.shared());
    }

    /** Such a server with a rule book of its own, which other servers may share: to read one takes a moment. */
    public static ApiServer create(Scheduler scheduler, RuleBook rules) {
        var server = new ApiServer(scheduler, rules);
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
            rbac.check(caller, call);
            ServedKind kind = kind(call);
            Subresource elsewhere = subresources.get(kind.resource() + "/" + call.subresource());
            if (elsewhere != null) {
                return elsewhere(caller, call, kind, elsewhere);
            }
            Reply reply = verbs.answer(caller, call, kind);
            log.add(caller, call, reply);
            return reply.response();
        } catch (ApiError e) {
            Reply reply = Reply.of(e);
            log.add(caller, call, reply);
            return reply.response();
        }
    }

    private ApiResponse elsewhere(Caller caller, Call call, ServedKind kind, Subresource handler) {
        JsonObject object =
                verbs.reads().find(kind, call.namespace(), call.name()).json(kind);
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
            rbac.check(caller, call);
            ApiWatch stream = verbs.watches().open(call, kind(call));
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
            return error.body();
        }

        @Override
        public Next next(Duration atMost) {
            return new Ended();
        }

        @Override
        public void close() {}
    }

    private ServedKind kind(Call call) {
        return kinds.find(call.group(), call.version(), call.resource())
                .orElseThrow(() ->
                        kinds.serves(call.group(), call.version()) ? ApiError.noSuchPath() : ApiError.noSuchPage());
    }

    /**
     * Refuses a path that is no resource's, for example {@code /version}, to whom it is not allowed.
     *
     * @param verb the HTTP method in lower case
     * @return the refusal; empty where it is allowed
     */
    public Optional<ApiResponse> refusal(Caller caller, String verb, String path) {
        try {
            rbac.checkPath(caller, verb, path);
            return Optional.empty();
        } catch (ApiError e) {
            return Optional.of(Reply.of(e).response());
        }
    }

    /** Whose a service account's token is, one that this server has issued; empty where it does not hold. */
    public Optional<Caller> caller(String token) {
        return verbs.tokens().caller(token);
    }

    /**
     * Has a subresource served by somebody else, for example {@code pods} and {@code log}.
     *
     * @param resource {@code plural.group}, or the bare plural in the core group
     */
    public void subresource(String resource, String name, Subresource handler) {
        subresources.put(resource + "/" + name, handler);
    }

    /** Has webhooks asked by somebody. */
    public void webhooks(Webhooks caller) {
        webhooks = caller;
    }

    /** Has connections to pods served. */
    public void connections(PodConnections whoRunsPods) {
        connections = whoRunsPods;
    }

    /**
     * Tells whether somebody may be connected to a pod, and by whom.
     *
     * @param request for a subresource of a pod that is a connection, for example {@code exec}
     */
    public Connection connect(Caller caller, ApiRequest request) {
        Call call = Call.of(request).orElseThrow();
        Reply reply;
        try {
            rbac.check(caller, call);
            JsonObject pod = verbs.reads()
                    .find(kind(call), call.namespace(), call.name())
                    .json();
            if (Json.string(Json.object(pod, "spec"), "nodeName").isEmpty()) {
                throw ApiError.badRequest("pod " + call.name() + " does not have a host assigned");
            }
            PodConnections serving = connections;
            if (serving == null) {
                throw ApiError.notImplemented("the subresource " + call.qualifiedResource());
            }
            log.add(caller, call, new Reply(101, "", false, "", List.of()));
            return new Connection.Allowed(pod, serving);
        } catch (ApiError e) {
            reply = Reply.of(e);
        }
        log.add(caller, call, reply);
        return new Connection.Refused(reply.response());
    }

    /** What is served now, in the order of groups, versions and plurals. */
    public List<ServedKind> served() {
        return kinds.all();
    }

    /** The revision of the last change. */
    public long revision() {
        return store.revision();
    }

    /** Forgets every past change, as a compaction does: who asks for one is told that it has expired. */
    public void compact() {
        store.compact();
    }

    /** Takes a backup; what it gives brings the server back to now, as after a restoration. */
    public Runnable backup() {
        Store.Backup backup = store.backup();
        return () -> store.restore(backup);
    }

    /** Has every request told after it was answered, before its caller has the reply. Called without any lock. */
    public void observe(Consumer<LoggedRequest> observer) {
        log.observe(observer);
    }

    /** Begins to note what a caller makes of its roles. */
    public RoleUse roleUse(Caller caller) {
        var use = new RoleUse(rbac, caller);
        observe(use::note);
        return use;
    }

    /** The last requests, the oldest first; ten thousand at most. */
    public List<LoggedRequest> requests() {
        return log.last();
    }
}
