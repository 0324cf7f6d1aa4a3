package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request's path and method say: who is asked to do what with which resource.
 *
 * @param verb as RBAC names it
 * @param group empty for the core group
 * @param subresource with its own path, if it has one, after a slash; empty for none
 * @param namespace empty for none
 * @param name empty for none
 */
public record Call(
        String verb,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name,
        ApiRequest request) {

    /** Empty where the path is not one of a resource. */
    public static Optional<Call> of(ApiRequest request) {
        List<String> parts = parts(request.path());
        String group;
        String version;
        List<String> rest;
        if (parts.size() >= 3 && parts.get(0).equals("api")) {
            group = "";
            version = parts.get(1);
            rest = parts.subList(2, parts.size());
        } else if (parts.size() >= 4 && parts.get(0).equals("apis")) {
            group = parts.get(1);
            version = parts.get(2);
            rest = parts.subList(3, parts.size());
        } else {
            return Optional.empty();
        }
        String namespace = "";
        boolean inNamespace = rest.get(0).equals("namespaces") && rest.size() > 1;
        if (inNamespace) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !rest.get(2).equals("status") && !rest.get(2).equals("finalize")) {
                rest = rest.subList(2, rest.size());
            }
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "";
        return Optional.of(new Call(
                verb(request, name),
                group,
                version,
                rest.get(0),
                subresource,
                namespace,
                named(request, name),
                request));
    }

    private static List<String> parts(String path) {
        var parts = new ArrayList<String>();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static String verb(ApiRequest request, String name) {
        return switch (request.method()) {
            case GET -> !name.isEmpty() ? "get" : watches(request) ? "watch" : "list";
            case POST -> "create";
            case PUT -> "update";
            case PATCH -> "patch";
            case DELETE -> name.isEmpty() ? "deletecollection" : "delete";
        };
    }

    private static boolean watches(ApiRequest request) {
        return truth(request.query().getOrDefault("watch", "false"));
    }

    /** As Go reads a boolean; a parameter that is there without a value is true. */
    static boolean truth(String text) {
        return switch (text) {
            case "", "1", "t", "T", "true", "TRUE", "True" -> true;
            default -> false;
        };
    }

    /** A collection that a field selector narrows to one name counts as that name, for authorization. */
    private static String named(ApiRequest request, String name) {
        if (!name.isEmpty() || request.method() == Method.POST) {
            return name;
        }
        for (String term : request.query().getOrDefault("fieldSelector", "").split(",")) {
            if (term.startsWith("metadata.name=")) {
                return term.substring("metadata.name=".length()).replaceFirst("^=", "");
            }
        }
        return name;
    }

    /** Tells whether it may change something. */
    public boolean mutating() {
        return request.method().mutating();
    }

    String query(String name) {
        return request.query().getOrDefault(name, "");
    }

    boolean flag(String name) {
        return request.query().containsKey(name) && truth(query(name));
    }

    /** Tells whether the path names one object. */
    boolean ofOne() {
        return switch (verb) {
            case "list", "watch", "deletecollection" -> false;
            default -> !name.isEmpty();
        };
    }

    /** {@code resource/subresource}, as RBAC names it. */
    String qualifiedResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
