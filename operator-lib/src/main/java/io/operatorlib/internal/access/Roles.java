package io.operatorlib.internal.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Permissions as Kubernetes' roles, in YAML: one role with what the operator always needs, and one that bounds what its
 * plans may do, from which the author takes away what they do not. Pure functions.
 */
public final class Roles {
    private final Permissions permissions;
    private final String name;
    private final List<String> namespaces;

    public Roles(Permissions permissions, String name, List<String> namespaces) {
        this.permissions = permissions;
        this.name = name;
        this.namespaces = List.copyOf(namespaces);
    }

    /** The roles, one document each. */
    public String yaml() {
        var documents = new ArrayList<String>();
        add(documents, name, permissions.of(Permission.Need.ALWAYS));
        add(documents, name + "-plans", permissions.of(Permission.Need.IF_PLANNED));
        return String.join("---\n", documents);
    }

    private void add(List<String> documents, String role, Collection<Permission> some) {
        var everywhere = some.stream()
                .filter(permission -> namespaces.isEmpty() || !permission.namespaced())
                .toList();
        var inNamespaces = some.stream()
                .filter(permission -> !namespaces.isEmpty() && permission.namespaced())
                .toList();
        if (!everywhere.isEmpty()) {
            documents.add(document("ClusterRole", "  name: " + role + "\n", everywhere));
        }
        if (!inNamespaces.isEmpty()) {
            for (String namespace : namespaces) {
                documents.add(document("Role", "  name: " + role + "\n  namespace: " + namespace + "\n", inNamespaces));
            }
        }
    }

    private static String document(String kind, String metadata, List<Permission> some) {
        var text = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata:\n")
                .append(metadata)
                .append("rules:\n");
        rules(some)
                .forEach((rule, resources) -> text.append("- apiGroups: [\"" + rule.group() + "\"]\n")
                        .append("  resources: [" + String.join(", ", resources) + "]\n")
                        .append(rule.object().isEmpty() ? "" : "  resourceNames: [" + rule.object() + "]\n")
                        .append("  verbs: [" + String.join(", ", rule.verbs()) + "]\n"));
        return text.toString();
    }

    private record Rule(String group, String object, List<String> verbs) {}

    /** The resources of each rule: those of a group with the same verbs make one. */
    private static Map<Rule, Set<String>> rules(List<Permission> some) {
        var verbs = new LinkedHashMap<List<String>, List<String>>();
        for (Permission each : some) {
            verbs.computeIfAbsent(List.of(each.group(), each.resource(), each.object()), any -> new ArrayList<>())
                    .add(each.verb());
        }
        var rules = new LinkedHashMap<Rule, Set<String>>();
        verbs.forEach((about, allowed) -> rules.computeIfAbsent(
                        new Rule(about.get(0), about.get(2), allowed), any -> new TreeSet<>())
                .add(about.get(1)));
        return rules;
    }
}
