package io.operatorlib.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.apiserver.RoleUse;
import io.operatorlib.testing.apiserver.ServedKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An API server in a simulation, with what tests do to it and what rules read of it. Reads here are no turn for others:
 * they see the store as it stands between two steps.
 */
public final class SimCluster {
    /** An operator that may do everything. */
    public static final Caller OPERATOR = Caller.user("operator", Caller.MASTERS);

    private static final Caller USER = Caller.user("user", Caller.MASTERS);

    private static final int REPLICAS = 2;

    private static final String JSON = "application/json";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE = "application/merge-patch+json";

    private final Sim sim;
    private final ApiServer server;
    private final KubeApi reader;
    private final KubeApi user;
    private final Caller operator;
    private final RoleUse roleUse;
    private final List<LoggedRequest> mutations = new ArrayList<>();
    private final Map<String, Integer> made = new TreeMap<>();
    private final Map<String, Integer> takenAway = new TreeMap<>();

    private SimCluster(Sim sim, Caller operator) {
        this.sim = sim;
        this.operator = operator;
        this.server = ApiServer.create(sim.scheduler());
        this.reader = server.as(Caller.ADMIN);
        this.user = sim.door(server.as(USER));
        this.roleUse = server.roleUse(operator);
        server.observe(request -> {
            if (request.mutating() && isByOperator(request)) {
                mutations.add(request);
            }
            if (request.made()) {
                made.merge(request.qualifiedResource(), 1, Integer::sum);
            }
            if (request.verb().equals("delete")
                    && request.changed()
                    && request.caller().equals(USER.name())) {
                takenAway.merge(request.qualifiedResource(), 1, Integer::sum);
            }
        });
    }

    /**
     * A new cluster.
     *
     * @param operator as whom the operator sends its requests
     */
    public static SimCluster in(Sim sim, Caller operator) {
        return new SimCluster(sim, operator);
    }

    public ApiServer server() {
        return server;
    }

    /** Starts the operator, and starts it again after each crash. */
    public void operator(Program program) {
        operator(program, request -> true);
    }

    /**
     * Starts the operator, or one more replica of it, and starts it again after each crash.
     *
     * @param counts which of its requests are effects
     */
    public void operator(Program program, Predicate<ApiRequest> counts) {
        sim.operator(() -> server.as(operator), program, counts);
    }

    /**
     * Starts two replicas of the operator, of which the one works that holds a Lease, and starts each again after each
     * crash: a third would do what the second does. What is written to Leases is no effect.
     */
    public void replicas(Program program) {
        for (int i = 0; i < REPLICAS; i++) {
            operator(program, request -> !request.path().contains("/leases"));
        }
    }

    /** Starts a part of the world that never crashes and may do everything. */
    public void program(String name, Program program) {
        sim.program(name, () -> server.as(Caller.ADMIN), program);
    }

    /** What the operator made of its roles; an operator that may do everything has none. */
    public RoleUse roleUse() {
        return roleUse;
    }

    /** The mutating requests of the operator that reached the server, in order, whatever the replies were. */
    public List<LoggedRequest> mutationsByOperator() {
        return List.copyOf(mutations);
    }

    /** How many objects of each resource, {@code plural.group}, were made so far, by whomever. */
    public Map<String, Integer> made() {
        return new TreeMap<>(made);
    }

    /** How many objects of each resource a user has deleted so far. */
    public Map<String, Integer> takenAway() {
        return new TreeMap<>(takenAway);
    }

    /** Whether a request is the operator's. */
    public boolean isByOperator(LoggedRequest request) {
        return request.caller().equals(operator.name());
    }

    /** A user creates an object that names its own kind, and its namespace if it has one. */
    public JsonObject create(JsonObject manifest) {
        var meta = manifest.getAsJsonObject("metadata");
        var kind = server.served().stream()
                .filter(served -> apiVersion(served).equals(text(manifest, "apiVersion"))
                        && served.kind().equals(text(manifest, "kind")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("this cluster does not serve " + manifest));
        var root = kind.group().isEmpty() ? "/api/" : "/apis/";
        var place = kind.namespaced() && meta.has("namespace") ? "/namespaces/" + text(meta, "namespace") : "";
        return create(root + apiVersion(kind) + place + "/" + kind.plural(), manifest.toString());
    }

    private static String apiVersion(ServedKind kind) {
        return kind.group().isEmpty() ? kind.version() : kind.group() + "/" + kind.version();
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    /** A user creates an object; what is there already is an error. */
    public JsonObject create(String collection, String json) {
        return changed(ApiRequest.of(ApiRequest.Method.POST, collection).withBody(JSON, json));
    }

    /** A user applies an object by server-side apply. */
    public JsonObject apply(String path, String json) {
        return changed(ApiRequest.of(ApiRequest.Method.PATCH, path)
                .with("fieldManager", "user")
                .with("force", "true")
                .withBody(APPLY, json));
    }

    /** A user merge-patches an object. */
    public JsonObject patch(String path, String json) {
        return changed(ApiRequest.of(ApiRequest.Method.PATCH, path).withBody(MERGE, json));
    }

    /** A user merge-patches an object that may be gone by then; tells whether the server has taken that. */
    public boolean patchIfThere(String path, String json) {
        try (var reply = user.send(ApiRequest.of(ApiRequest.Method.PATCH, path).withBody(MERGE, json))) {
            return reply.ok();
        }
    }

    /** A user deletes an object; nothing where it is gone. */
    public void delete(String path) {
        try (var reply = user.send(ApiRequest.of(ApiRequest.Method.DELETE, path))) {
            if (!reply.ok() && reply.status() != 404) {
                throw new IllegalStateException("DELETE " + path + ": " + reply.text());
            }
        }
    }

    /** An administrator evicts a pod; tells whether its budget allowed that, and it was there. */
    public boolean evict(String path) {
        var eviction = "{\"apiVersion\": \"policy/v1\", \"kind\": \"Eviction\", \"metadata\": {\"name\": \""
                + path.substring(path.lastIndexOf('/') + 1) + "\"}}";
        var request = ApiRequest.of(ApiRequest.Method.POST, path + "/eviction").withBody(JSON, eviction);
        try (var reply = user.send(request)) {
            if (!reply.ok() && reply.status() != 404 && reply.status() != 429) {
                throw new IllegalStateException(request + ": " + reply.text());
            }
            return reply.ok();
        }
    }

    private JsonObject changed(ApiRequest request) {
        try (var reply = user.send(request)) {
            if (!reply.ok()) {
                throw new IllegalStateException(request + ": " + reply.text());
            }
            return object(reply.text());
        }
    }

    /** An object as it stands. */
    public Optional<JsonObject> get(String path) {
        try (var reply = reader.send(ApiRequest.of(ApiRequest.Method.GET, path))) {
            return reply.ok() ? Optional.of(object(reply.text())) : Optional.empty();
        }
    }

    /** The objects of a collection, in the order of their names; none where the kind is not served. */
    public List<JsonObject> list(String collection) {
        var items = get(collection).map(list -> list.getAsJsonArray("items")).orElse(new JsonArray());
        var objects = new ArrayList<JsonObject>();
        items.forEach(item -> objects.add(item.getAsJsonObject()));
        return objects;
    }

    /** Tells whether an object's condition of that type is True. */
    public static boolean holds(JsonObject object, String condition) {
        var status = object.getAsJsonObject("status");
        if (status == null || !status.has("conditions")) {
            return false;
        }
        for (var item : status.getAsJsonArray("conditions")) {
            var one = item.getAsJsonObject();
            if (one.get("type").getAsString().equals(condition)) {
                return one.get("status").getAsString().equals("True");
            }
        }
        return false;
    }

    private static JsonObject object(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }
}
