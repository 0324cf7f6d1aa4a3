package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.Rbac.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a caller made of its roles: which of their grants its requests used, and what was forbidden to it. So an
 * operator's shipped role can be shown to grant what is needed, and no more.
 *
 * <p>A grant is one verb on one resource of one rule; those that the caller has through a group are not its own.
 * Safe for use by many threads: requests are noted while others look.
 */
public final class RoleUse {
    private final Rbac rbac;
    private final Caller alone;
    private final Set<Wish> granted = ConcurrentHashMap.newKeySet();
    private final List<LoggedRequest> forbidden = new CopyOnWriteArrayList<>();

    RoleUse(Rbac rbac, Caller caller) {
        this.rbac = rbac;
        this.alone = new Caller(caller.name(), List.of());
    }

    /** Takes a request into account, for example one of another server's log; those of other callers are passed over. */
    public void note(LoggedRequest request) {
        if (!request.caller().equals(alone.name())) {
            return;
        }
        if (request.status() == 403) {
            forbidden.add(request);
            return;
        }
        use(request, request.verb());
        if (request.verb().equals("patch") && request.status() == 201) {
            use(request, "create"); // an apply that made the object needs both
        }
    }

    private void use(LoggedRequest request, String verb) {
        String name = verb.equals("create") ? "" : request.name();
        String resource =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        granted.add(new Wish(verb, request.group(), resource, request.namespace(), name, ""));
    }

    /** The requests that were forbidden, in order. */
    public List<LoggedRequest> forbidden() {
        return List.copyOf(forbidden);
    }

    /** The grants that no request used, for example {@code delete pods}, in the order of their words. */
    public Set<String> unused() {
        var unused = new TreeSet<String>();
        for (JsonObject grant : grants()) {
            if (granted.stream().noneMatch(wish -> Rbac.covers(grant, wish))) {
                unused.add(words(grant));
            }
        }
        return unused;
    }

    private List<JsonObject> grants() {
        var grants = new ArrayList<JsonObject>();
        for (JsonObject rule : rbac.rules(alone)) {
            for (String group : Json.strings(rule, "apiGroups")) {
                for (String resource : Json.strings(rule, "resources")) {
                    for (String verb : Json.strings(rule, "verbs")) {
                        grants.add(grant(rule, verb, group, resource));
                    }
                }
            }
        }
        return grants;
    }

    private static JsonObject grant(JsonObject rule, String verb, String group, String resource) {
        JsonObject grant = Json.shallow(rule);
        grant.add("verbs", Json.arrayOf(List.of(verb)));
        grant.add("apiGroups", Json.arrayOf(List.of(group)));
        grant.add("resources", Json.arrayOf(List.of(resource)));
        return grant;
    }

    private static String words(JsonObject grant) {
        String group = Json.strings(grant, "apiGroups").get(0);
        String names = String.join(",", Json.strings(grant, "resourceNames"));
        return Json.strings(grant, "verbs").get(0) + " "
                + Json.strings(grant, "resources").get(0) + (group.isEmpty() ? "" : "." + group)
                + (names.isEmpty() ? "" : " " + names);
    }
}
