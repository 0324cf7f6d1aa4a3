package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;

/** The rules for roles and for what binds them to subjects. */
final class AccessRules {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private AccessRules() {}

    static void role(Checks checks, JsonObject role, boolean namespaced) {
        List<JsonObject> rules = Json.objects(role, "rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonObject rule = rules.get(i);
            Path at = Path.of("rules").index(i);
            if (Json.array(rule, "verbs").isEmpty()) {
                checks.required(at.child("verbs"), "verbs must contain at least one value");
            }
            boolean urls = !Json.array(rule, "nonResourceURLs").isEmpty();
            boolean resources = !Json.array(rule, "apiGroups").isEmpty()
                    || !Json.array(rule, "resources").isEmpty()
                    || !Json.array(rule, "resourceNames").isEmpty();
            if (urls && namespaced) {
                checks.invalid(
                        at.child("nonResourceURLs"),
                        rule.get("nonResourceURLs"),
                        "namespaced rules cannot apply to non-resource URLs");
            } else if (urls && resources) {
                checks.invalid(
                        at.child("nonResourceURLs"),
                        rule.get("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            } else if (!urls) {
                if (Json.array(rule, "apiGroups").isEmpty()) {
                    checks.required(at.child("apiGroups"), "resource rules must supply at least one api group");
                }
                if (Json.array(rule, "resources").isEmpty()) {
                    checks.required(at.child("resources"), "resource rules must supply at least one resource");
                }
            }
        }
    }

    static void binding(Checks checks, JsonObject binding, boolean namespaced) {
        JsonObject role = Json.object(binding, "roleRef");
        Path at = Path.of("roleRef");
        String group = Json.text(role, "apiGroup");
        if (!role.isEmpty() && !group.equals(RBAC)) {
            checks.supported(group, at.child("apiGroup"), List.of(RBAC));
        }
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        checks.supported(Json.text(role, "kind"), at.child("kind"), kinds);
        if (checks.present(role, "name", at)) {
            String name = Json.text(role, "name");
            checks.invalid(at.child("name"), name, Names.pathSegment(name));
        }
        List<JsonObject> subjects = Json.objects(binding, "subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subject(checks, subjects.get(i), Path.of("subjects").index(i), namespaced);
        }
    }

    private static void subject(Checks checks, JsonObject subject, Path at, boolean namespaced) {
        checks.present(subject, "name", at);
        String kind = Json.text(subject, "kind");
        checks.supported(kind, at.child("kind"), List.of("ServiceAccount", "User", "Group"));
        if (kind.equals("ServiceAccount")) {
            String name = Json.text(subject, "name");
            if (!name.isEmpty()) {
                checks.invalid(at.child("name"), name, Names.subdomain(name));
            }
            if (!namespaced) {
                checks.present(subject, "namespace", at);
            }
        }
    }

    static void bindingUpdate(Checks checks, JsonObject binding, JsonObject old) {
        JsonObject role = Json.object(binding, "roleRef");
        if (!role.equals(Json.object(old, "roleRef"))) {
            checks.add(Cause.invalidAs("roleRef", GoStructs.roleRef(role), "cannot change roleRef"));
        }
    }
}
