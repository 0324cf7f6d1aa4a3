package io.operatorlib.testing.apiserver;

import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.KindRules;
import java.util.List;
import java.util.Optional;

/**
 * A kind at one of the versions at which it is served.
 *
 * @param group empty for the core group
 * @param plural the name in paths
 * @param storageVersion the version in which its objects are stored
 * @param subresources for example {@code status}, {@code scale}
 * @param definition the CustomResourceDefinition; empty for a built-in kind
 * @param versions brings its objects from one version to another
 */
public record ServedKind(
        String group,
        String version,
        String kind,
        String listKind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        String storageVersion,
        List<String> subresources,
        Optional<JsonObject> definition,
        ObjectVersions versions,
        KindRules rules) {

    /** {@code group/version}, or the bare version in the core group. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code plural.group}, or the bare plural in the core group. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** {@code Kind.group}, or the bare kind in the core group. */
    String qualifiedKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    public boolean custom() {
        return definition.isPresent();
    }

    boolean has(String subresource) {
        return subresources.contains(subresource);
    }
}
