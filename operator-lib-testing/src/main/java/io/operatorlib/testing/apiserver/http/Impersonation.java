package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.Caller;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Acting as somebody else ({@code kubectl --as}): allowed to whom RBAC gives the verb {@code impersonate} on the user,
 * the service account and each group.
 */
final class Impersonation {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Function<Caller, KubeApi> server;

    Impersonation(Function<Caller, KubeApi> server) {
        this.server = server;
    }

    /**
     * Who the request counts as.
     *
     * @param refusal why it may not count as whom it asks for
     */
    record Result(Caller caller, Optional<JsonObject> refusal) {}

    Result of(Caller caller, HttpRequest request) {
        Optional<String> user = request.header("impersonate-user");
        List<String> groups = request.headers().getOrDefault("impersonate-group", List.of());
        if (user.isEmpty()) {
            return new Result(
                    caller,
                    groups.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Statuses.badRequest("requested groups without impersonating a user")));
        }
        Caller other = other(user.get(), groups);
        if (!may(caller, user.get())) {
            return new Result(caller, Optional.of(refusal(caller, "users", user.get())));
        }
        for (String group : groups) {
            if (!may(caller, "groups", "", group)) {
                return new Result(caller, Optional.of(refusal(caller, "groups", group)));
            }
        }
        return new Result(other, Optional.empty());
    }

    private static Caller other(String user, List<String> groups) {
        String[] parts = user.split(":");
        if (groups.isEmpty() && user.startsWith(SERVICE_ACCOUNT) && parts.length == 4) {
            return Caller.serviceAccount(parts[2], parts[3]);
        }
        return Caller.user(user, groups.toArray(String[]::new));
    }

    private boolean may(Caller caller, String user) {
        String[] parts = user.split(":");
        boolean serviceAccount = user.startsWith(SERVICE_ACCOUNT) && parts.length == 4;
        return serviceAccount ? may(caller, "serviceaccounts", parts[2], parts[3]) : may(caller, "users", "", user);
    }

    private boolean may(Caller caller, String resource, String namespace, String name) {
        if (caller.groups().contains(Caller.MASTERS)) {
            return true;
        }
        JsonObject attributes = new JsonObject();
        attributes.addProperty("verb", "impersonate");
        attributes.addProperty("resource", resource);
        attributes.addProperty("namespace", namespace);
        attributes.addProperty("name", name);
        JsonObject spec = new JsonObject();
        spec.add("resourceAttributes", attributes);
        JsonObject review = new JsonObject();
        review.addProperty("apiVersion", "authorization.k8s.io/v1");
        review.addProperty("kind", "SelfSubjectAccessReview");
        review.add("spec", spec);
        var answer = server.apply(caller)
                .send(ApiRequest.of(ApiRequest.Method.POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                        .withBody("application/json", review.toString()));
        String text = answer.text();
        return answer.ok()
                && JsonParser.parseString(text).getAsJsonObject().get("status") instanceof JsonObject status
                && status.has("allowed")
                && status.get("allowed").getAsBoolean();
    }

    private static JsonObject refusal(Caller caller, String resource, String name) {
        return Statuses.forbidden(resource + " \"" + name + "\" is forbidden: User \"" + caller.name()
                + "\" cannot impersonate resource \"" + resource + "\" in API group \"\" at the cluster scope");
    }
}
