package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Who may do what: roles and bindings, as they are stored. Nothing is allowed that no rule allows. */
final class Rbac {
    private static final String GROUP = ".rbac.authorization.k8s.io";

    private final Store store;

    Rbac(Store store) {
        this.store = store;
    }

    /**
     * What somebody wants to do.
     *
     * @param resource with its subresource after a slash; empty for a path
     * @param path that of no resource; empty for a resource
     */
    record Wish(String verb, String group, String resource, String namespace, String name, String path) {
        static Wish of(Call call) {
            return new Wish(call.verb(), call.group(), call.qualifiedResource(), call.namespace(), call.name(), "");
        }

        static Wish ofPath(String verb, String path) {
            return new Wish(verb, "", "", "", "", path);
        }
    }

    boolean allows(Caller caller, Wish wish) {
        return caller.groups().contains(Caller.MASTERS)
                || rules(caller, wish.namespace()).stream().anyMatch(rule -> covers(rule, wish));
    }

    /** Every rule that holds for the caller in a namespace, or, where that is empty, everywhere. */
    List<JsonObject> rules(Caller caller, String namespace) {
        var rules = new ArrayList<JsonObject>();
        store.list("clusterrolebindings" + GROUP, "")
                .objects()
                .values()
                .forEach(binding -> addRules(caller, binding.json(), "", rules));
        if (!namespace.isEmpty()) {
            store.list("rolebindings" + GROUP, namespace + "/")
                    .objects()
                    .values()
                    .forEach(binding -> addRules(caller, binding.json(), namespace, rules));
        }
        return rules;
    }

    /** Every rule that holds for the caller anywhere. */
    List<JsonObject> rules(Caller caller) {
        List<JsonObject> rules = rules(caller, "");
        store.list("rolebindings" + GROUP, "")
                .objects()
                .values()
                .forEach(binding ->
                        addRules(caller, binding.json(), Json.string(Meta.of(binding.json()), "namespace"), rules));
        return rules;
    }

    private void addRules(Caller caller, JsonObject binding, String namespace, List<JsonObject> rules) {
        boolean meant = false;
        for (JsonElement subject : Json.array(binding, "subjects")) {
            meant |= is(caller, subject.getAsJsonObject(), namespace);
        }
        if (!meant) {
            return;
        }
        JsonObject role = Json.object(binding, "roleRef");
        String name = Json.string(role, "name");
        Stored found = Json.string(role, "kind").equals("ClusterRole")
                ? store.get("clusterroles" + GROUP, name)
                : store.get("roles" + GROUP, namespace + "/" + name);
        if (found == null) {
            return;
        }
        addRules(found.json(), rules);
    }

    private void addRules(JsonObject role, List<JsonObject> rules) {
        Json.array(role, "rules").forEach(rule -> rules.add(rule.getAsJsonObject()));
        for (JsonElement selector : Json.array(Json.object(role, "aggregationRule"), "clusterRoleSelectors")) {
            var wanted = LabelSelector.of(selector.getAsJsonObject());
            store.list("clusterroles" + GROUP, "").objects().values().stream()
                    .filter(other -> wanted.test(LabelSelector.labels(other.json())))
                    .forEach(other ->
                            Json.array(other.json(), "rules").forEach(rule -> rules.add(rule.getAsJsonObject())));
        }
    }

    private static boolean is(Caller caller, JsonObject subject, String namespace) {
        String name = Json.string(subject, "name");
        return switch (Json.string(subject, "kind")) {
            case "User" -> caller.name().equals(name);
            case "Group" -> caller.groups().contains(name);
            case "ServiceAccount" -> {
                String own = Json.string(subject, "namespace");
                yield caller.name().equals(Caller.SERVICE_ACCOUNT + (own.isEmpty() ? namespace : own) + ":" + name);
            }
            default -> false;
        };
    }

    static boolean covers(JsonObject rule, Wish wish) {
        List<String> verbs = Json.strings(rule, "verbs");
        if (!verbs.contains("*") && !verbs.contains(wish.verb())) {
            return false;
        }
        return wish.path().isEmpty() ? coversResource(rule, wish) : coversPath(rule, wish.path());
    }

    private static boolean coversPath(JsonObject rule, String path) {
        return Json.strings(rule, "nonResourceURLs").stream()
                .anyMatch(url ->
                        url.equals(path) || (url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1))));
    }

    private static boolean coversResource(JsonObject rule, Wish wish) {
        List<String> groups = Json.strings(rule, "apiGroups");
        List<String> resources = Json.strings(rule, "resources");
        List<String> names = Json.strings(rule, "resourceNames");
        int slash = wish.resource().indexOf('/');
        boolean resource = resources.contains("*")
                || resources.contains(wish.resource())
                || (slash > 0 && resources.contains("*" + wish.resource().substring(slash)));
        return resource
                && (groups.contains("*") || groups.contains(wish.group()))
                && (names.isEmpty() || (!wish.name().isEmpty() && names.contains(wish.name())));
    }

    /** Refuses what is not allowed, in Kubernetes' words. */
    void check(Caller caller, Call call) {
        Wish wish = Wish.of(call);
        if (!allows(caller, wish)) {
            String where = call.namespace().isEmpty()
                    ? "at the cluster scope"
                    : "in the namespace \"" + call.namespace() + "\"";
            throw ApiError.forbidden(
                    call.group(),
                    call.resource(),
                    call.name(),
                    "User \"" + caller.name() + "\" cannot " + call.verb() + " resource \"" + call.qualifiedResource()
                            + "\" in API group \"" + call.group() + "\" " + where);
        }
    }

    void checkPath(Caller caller, String verb, String path) {
        if (!allows(caller, Wish.ofPath(verb, path))) {
            throw ApiError.forbiddenPath(
                    "forbidden: User \"" + caller.name() + "\" cannot " + verb + " path \"" + path + "\"");
        }
    }
}
