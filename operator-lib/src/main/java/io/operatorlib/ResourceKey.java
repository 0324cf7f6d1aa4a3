package io.operatorlib;

/**
 * What names an object among those of its kind.
 *
 * @param namespace the namespace; empty for a cluster-scoped object
 * @param name the name
 */
public record ResourceKey(String namespace, String name) implements Comparable<ResourceKey> {
    /** {@code namespace/name}, or the bare name of a cluster-scoped object. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public int compareTo(ResourceKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
}
