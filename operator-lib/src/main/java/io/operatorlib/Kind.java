package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import io.operatorlib.internal.kube.BuiltInKinds;
import java.lang.reflect.Type;
import java.util.Locale;

/**
 * A kind of resource: where the API serves it, and the types of its spec and status.
 *
 * @param group the API group; empty for the core group
 * @param version the API version, for example {@code v1beta1}
 * @param kind the kind's name, CamelCase
 * @param plural the name in paths, lower case
 * @param namespaced whether its objects live in namespaces
 * @param spec the type of the spec: a record, an Immutables value, or a client-java model class
 * @param status the type of the status
 */
public record Kind<S, T>(
        String group, String version, String kind, String plural, boolean namespaced, Type spec, Type status) {

    /** A namespaced kind whose plural is the English rule's; {@link #plural(String)} gives another. */
    public static <S, T> Kind<S, T> of(String group, String version, String kind, Class<S> spec, Class<T> status) {
        return new Kind<>(group, version, kind, pluralOf(kind), true, spec, status);
    }

    /**
     * One of Kubernetes' own kinds, for example {@code Kind<V1DeploymentSpec, V1DeploymentStatus> kind =
     * Kind.builtIn(V1Deployment.class)}. The types on the left must be those of the class's {@code getSpec} and
     * {@code getStatus}; a kind without a spec, such as ConfigMap, has its whole object there, and one without a
     * status {@link Void}.
     *
     * @throws IllegalArgumentException if the class stands for none of Kubernetes' own kinds
     */
    public static <S, T> Kind<S, T> builtIn(Class<? extends KubernetesObject> type) {
        return BuiltInKinds.kind(type);
    }

    public Kind<S, T> plural(String other) {
        return new Kind<>(group, version, kind, other, namespaced, spec, status);
    }

    public Kind<S, T> clusterScoped() {
        return new Kind<>(group, version, kind, plural, false, spec, status);
    }

    /** {@code group/version}, or the bare version in the core group. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    @Override
    public String toString() {
        return plural + "." + version + (group.isEmpty() ? "" : "." + group);
    }

    private static String pluralOf(String kind) {
        String word = kind.toLowerCase(Locale.ROOT);
        if (word.endsWith("s") || word.endsWith("x") || word.endsWith("ch") || word.endsWith("sh")) {
            return word + "es";
        }
        if (word.endsWith("y") && !word.matches(".*[aeiou]y")) {
            return word.substring(0, word.length() - 1) + "ies";
        }
        return word + "s";
    }
}
