package io.operatorlib.internal.access;

/**
 * A verb on a resource of the Kubernetes API.
 *
 * @param group the API group; empty for the core group
 * @param resource the plural, with the subresource after a slash where it is about one
 * @param object the name of the one object that it is about; empty for all
 * @param namespaced whether it is about objects in namespaces
 */
public record Permission(String group, String resource, String object, String verb, boolean namespaced, Need need) {

    /** How much it is needed. */
    public enum Need {
        /** Whatever the plans are. */
        ALWAYS,
        /** Where a plan has such a step: the wiring does not tell. */
        IF_PLANNED
    }

    /** As a person reads it, for example {@code patch websites/status.demo.operatorlib.io}. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group) + (object.isEmpty() ? "" : " " + object);
    }
}
