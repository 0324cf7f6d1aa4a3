package io.operatorlib.quickstart;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What the operator's install manifest permits it, to be held against what it asked for.
 *
 * @param permissions one for each verb on each resource of each rule
 */
record ShippedRoles(List<Permission> permissions) {
    /** The name that an API server knows the installed operator by. */
    static final String OPERATOR = "system:serviceaccount:etcd-operator:etcd-operator";

    /**
     * What no ordinary day needs: what admission asks for, where it is set to; and an Event that is told again, which
     * takes five minutes.
     */
    private static final Set<String> RARE =
            Set.of("update etcd.database.coreos.com/etcdclusters/finalizers", "patch events.k8s.io/events");

    /**
     * A verb on a resource.
     *
     * @param resource with its subresource
     * @param names the objects that it is permitted on; empty for all
     */
    record Permission(String verb, String group, String resource, Set<String> names) {
        /** Tells whether it is for looking at what became of a write whose reply was lost. */
        boolean looks() {
            return verb.equals("get") && names.isEmpty();
        }

        boolean covers(Request request) {
            return (verb.equals(request.verb) || (verb.equals("create") && request.appliedAnew()))
                    && group.equals(request.group)
                    && resource.equals(request.resource)
                    && (names.isEmpty() || names.contains(request.name));
        }

        @Override
        public String toString() {
            return verb + " " + group + "/" + resource + (names.isEmpty() ? "" : " " + names);
        }
    }

    /**
     * A request that an API server has answered.
     *
     * @param resource with its subresource
     * @param status the reply's
     */
    record Request(String verb, String group, String resource, String name, int status) {
        /** Tells whether it was an apply of an object that was not there, for which one must be permitted to create. */
        boolean appliedAnew() {
            return verb.equals("patch") && status == 201;
        }

        @Override
        public String toString() {
            return verb + " " + group + "/" + resource + " " + name;
        }
    }

    static ShippedRoles of(String manifest) {
        var permissions = new ArrayList<Permission>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(manifest)) {
            var object = new Gson().toJsonTree(document).getAsJsonObject();
            if (object.get("kind").getAsString().matches("(Cluster)?Role")) {
                object.getAsJsonArray("rules").forEach(rule -> add(permissions, rule.getAsJsonObject()));
            }
        }
        return new ShippedRoles(permissions);
    }

    /** The requests that were refused. */
    static Set<String> refused(Collection<Request> requests) {
        return requests.stream()
                .filter(request -> request.status == 403)
                .map(Request::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The permissions that no request needed, without those that only an accident needs. */
    Set<String> unused(Collection<Request> requests) {
        return permissions.stream()
                .filter(permission -> !permission.looks() && requests.stream().noneMatch(permission::covers))
                .map(Permission::toString)
                .filter(permission -> !RARE.contains(permission))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void add(List<Permission> permissions, JsonObject rule) {
        for (String group : texts(rule, "apiGroups")) {
            for (String resource : texts(rule, "resources")) {
                for (String verb : texts(rule, "verbs")) {
                    permissions.add(new Permission(verb, group, resource, Set.copyOf(texts(rule, "resourceNames"))));
                }
            }
        }
    }

    private static List<String> texts(JsonObject rule, String field) {
        var array = rule.has(field) ? rule.getAsJsonArray(field) : new JsonArray();
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
