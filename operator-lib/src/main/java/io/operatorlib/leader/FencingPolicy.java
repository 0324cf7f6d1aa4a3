package io.operatorlib.leader;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A ValidatingAdmissionPolicy by which the API server itself refuses the writes of an operator's pod that does not hold
 * the Lease. It is installed by whoever installs the operator: the operator needs no permission for it.
 *
 * <p>It knows a pod by its token, into which the kubelet has it written, so a write needs no mark of its own. What it
 * knows of the Lease comes from a cache of the API server, which lags by some milliseconds; the margin of a
 * {@link LeaderElection} is longer.
 *
 * <p><b>Limits.</b> It tells pods apart, not the terms of one pod. A request of a pod that led, lost the Lease and leads
 * again is a leader's.
 *
 * @param election whose holder may write; it names a namespace, and its identity is the pod's name, as it is by default
 * @param serviceAccount as whom the operator's pods send their requests: {@code namespace:name}
 * @param rules what only the holder may write
 */
public record FencingPolicy(LeaderElection election, String serviceAccount, List<Rule> rules) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern ACCOUNT = Pattern.compile("[-a-z0-9.]+:[-a-z0-9.]+");
    private static final Pattern RESOURCE = Pattern.compile("\\*|[a-z0-9.]+(/(\\*|[a-z]+))?");

    /**
     * Resources of one group.
     *
     * @param group empty for the core group
     * @param resources plurals, with a subresource after a slash where it is meant
     */
    public record Rule(String group, List<String> resources) {
        public Rule {
            resources = List.copyOf(resources);
            resources.forEach(resource -> check(RESOURCE, resource, "a resource"));
            if (!group.isEmpty()) {
                check(NAME, group, "a group");
            }
        }
    }

    public FencingPolicy {
        rules = List.copyOf(rules);
        check(NAME, election.name(), "a lease's name");
        check(NAME, election.namespace(), "a lease's namespace");
        check(ACCOUNT, serviceAccount, "a service account");
    }

    private static void check(Pattern pattern, String text, String what) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("not " + what + ": \"" + text + "\"");
        }
    }

    /** A policy that fences nothing yet. */
    public static FencingPolicy of(LeaderElection election, String serviceAccount) {
        return new FencingPolicy(election, serviceAccount, List.of());
    }

    /** Only the holder may write these, too. */
    public FencingPolicy fencing(String group, String... resources) {
        var all = new ArrayList<>(rules);
        all.add(new Rule(group, List.of(resources)));
        return new FencingPolicy(election, serviceAccount, all);
    }

    /** The policy and its binding, as a manifest for {@code kubectl apply}. */
    public String manifest() {
        return """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata:
                  name: %1$s
                spec:
                  failurePolicy: Fail
                  paramKind:
                    apiVersion: coordination.k8s.io/v1
                    kind: Lease
                  matchConstraints:
                    resourceRules:
                %2$s
                  matchConditions:
                    - name: of-the-operator
                      expression: request.userInfo.username == "system:serviceaccount:%3$s"
                  variables:
                    - name: holder
                      expression: 'has(params.spec.holderIdentity) ? params.spec.holderIdentity : ""'
                    - name: pod
                      expression: >-
                        "authentication.kubernetes.io/pod-name" in request.userInfo.extra
                        ? request.userInfo.extra["authentication.kubernetes.io/pod-name"][0] : ""
                  validations:
                    - expression: variables.pod != "" && variables.holder.startsWith(variables.pod + "_")
                      messageExpression: '"the lease is held by \\"" + variables.holder + "\\", not by pod \\"" + variables.pod + "\\""'
                      reason: Forbidden
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata:
                  name: %1$s
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  paramRef:
                    name: %4$s
                    namespace: %5$s
                    parameterNotFoundAction: Deny
                """.formatted(
                        election.name() + "-fence",
                        rules.stream().map(FencingPolicy::yaml).collect(Collectors.joining("\n")),
                        serviceAccount,
                        election.name(),
                        election.namespace());
    }

    private static String yaml(Rule rule) {
        String resources = rule.resources().stream()
                .map(resource -> "\"" + resource + "\"")
                .collect(Collectors.joining(", "));
        return """
                      - apiGroups: ["%s"]
                        apiVersions: ["*"]
                        operations: [CREATE, UPDATE, DELETE]
                        resources: [%s]""".formatted(rule.group(), resources).indent(6).stripTrailing();
    }
}
