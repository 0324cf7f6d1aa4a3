package io.operatorlib.internal.kube;

import io.operatorlib.Kind;
import io.operatorlib.ResourceKey;

/**
 * Where the API serves a kind: a {@link Kind} without the types.
 *
 * @param group the API group; empty for the core group
 * @param plural the name in paths
 */
public record KindRef(String group, String version, String kind, String plural, boolean namespaced) {

    public static KindRef of(Kind<?, ?> kind) {
        return new KindRef(kind.group(), kind.version(), kind.kind(), kind.plural(), kind.namespaced());
    }

    /** {@code group/version}, or the bare version in the core group. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The path of all objects of a namespace; of all there are, where the namespace is empty. */
    public String collection(String namespace) {
        String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        return namespace.isEmpty() || !namespaced
                ? root + "/" + plural
                : root + "/namespaces/" + segment(namespace) + "/" + plural;
    }

    /** The path of one object. */
    public String path(ResourceKey key) {
        if (namespaced && key.namespace().isEmpty()) {
            throw new IllegalArgumentException("an object of kind " + kind + " needs a namespace: " + key);
        }
        return collection(key.namespace()) + "/" + segment(key.name());
    }

    /** The path of a subresource of one object; of the object itself where the name is empty. */
    public String path(ResourceKey key, String subresource) {
        return subresource.isEmpty() ? path(key) : path(key) + "/" + subresource;
    }

    // a name that is none could make the path that of something else
    private static String segment(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/") || name.contains("%")) {
            throw new IllegalArgumentException("not a name of a Kubernetes object: \"" + name + "\"");
        }
        return name;
    }

    @Override
    public String toString() {
        return plural + "." + version + (group.isEmpty() ? "" : "." + group);
    }
}
