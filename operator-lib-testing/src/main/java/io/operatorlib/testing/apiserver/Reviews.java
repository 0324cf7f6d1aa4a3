package io.operatorlib.testing.apiserver;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.schema.Cause;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers the questions that clients create: may somebody do something, and whose is a token. Nothing is stored. */
final class Reviews {
    private final Rbac rbac;
    private final Ownership ownership;
    private final Function<String, Optional<Caller>> authenticator;

    Reviews(Rbac rbac, Ownership ownership, Function<String, Optional<Caller>> authenticator) {
        this.rbac = rbac;
        this.ownership = ownership;
        this.authenticator = authenticator;
    }

    /** Tells whether the kind is one of questions. */
    static boolean isReview(ServedKind kind) {
        return kind.group().equals("authorization.k8s.io") || kind.group().equals("authentication.k8s.io");
    }

    Reply create(Caller caller, Call call, ServedKind kind) {
        if (!call.verb().equals("create")) {
            throw ApiError.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        Options options = Options.of(call, "CreateOptions");
        JsonObject review = Bodies.object(call, kind, options).object();
        JsonObject spec = Json.object(review, "spec");
        JsonObject status = switch (kind.kind()) {
            case "SelfSubjectAccessReview" -> access(caller, spec);
            case "SubjectAccessReview", "LocalSubjectAccessReview" ->
                access(new Caller(Json.string(spec, "user"), Json.strings(spec, "groups")), spec);
            case "SelfSubjectRulesReview" -> rules(caller, Json.string(spec, "namespace"));
            case "SelfSubjectReview" -> userInfo("userInfo", caller);
            case "TokenReview" -> token(Json.string(spec, "token"));
            default -> throw ApiError.notImplemented(kind.kind());
        };
        Ownership.Writer writer = Ownership.Writer.update(options, "");
        JsonObject owned = ownership.track(kind, new JsonObject(), review, writer);
        return Reply.of(201, Json.with(owned, "status", status), false);
    }

    private JsonObject access(Caller caller, JsonObject spec) {
        JsonObject resource = Json.object(spec, "resourceAttributes");
        JsonObject path = Json.object(spec, "nonResourceAttributes");
        if (resource.isEmpty() == path.isEmpty()) {
            throw ApiError.invalid(
                    "authorization.k8s.io",
                    "",
                    "",
                    List.of(Cause.invalid(
                            "spec.resourceAttributes",
                            JsonNull.INSTANCE,
                            "exactly one of nonResourceAttributes or resourceAttributes must be specified")));
        }
        Rbac.Wish wish = path.isEmpty()
                ? new Rbac.Wish(
                        Json.string(resource, "verb"),
                        Json.string(resource, "group"),
                        qualified(resource),
                        Json.string(resource, "namespace"),
                        Json.string(resource, "name"),
                        "")
                : Rbac.Wish.ofPath(Json.string(path, "verb"), Json.string(path, "path"));
        var status = new JsonObject();
        status.addProperty("allowed", rbac.allows(caller, wish));
        return status;
    }

    private static String qualified(JsonObject attributes) {
        String subresource = Json.string(attributes, "subresource");
        return Json.string(attributes, "resource") + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    private JsonObject rules(Caller caller, String namespace) {
        var resources = new JsonArray();
        var paths = new JsonArray();
        if (caller.groups().contains(Caller.MASTERS)) {
            resources.add(rule("apiGroups", "resources"));
            paths.add(rule("nonResourceURLs"));
        }
        for (JsonObject rule : rbac.rules(caller, namespace)) {
            (rule.has("nonResourceURLs") ? paths : resources).add(rule);
        }
        var status = new JsonObject();
        status.add("resourceRules", resources);
        status.add("nonResourceRules", paths);
        status.addProperty("incomplete", false);
        return status;
    }

    private static JsonObject rule(String... names) {
        var rule = new JsonObject();
        rule.add("verbs", Json.arrayOf(List.of("*")));
        for (String name : names) {
            rule.add(name, Json.arrayOf(List.of("*")));
        }
        return rule;
    }

    private JsonObject token(String token) {
        Optional<Caller> caller = authenticator.apply(token);
        JsonObject status = caller.map(who -> userInfo("user", who)).orElseGet(JsonObject::new);
        JsonElement is = new JsonPrimitive(caller.isPresent());
        status.add("authenticated", is);
        return status;
    }

    private static JsonObject userInfo(String name, Caller caller) {
        var user = new JsonObject();
        user.addProperty("username", caller.name());
        user.add("groups", Json.arrayOf(caller.groups()));
        var status = new JsonObject();
        status.add(name, user);
        return status;
    }
}
