package io.operatorlib.testing.cluster.controllers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.KindRef;
import java.util.List;

/** What the garbage collector keeps of an object. */
record OwnedObject(
        KindRef kind,
        ResourceKey key,
        String uid,
        String resourceVersion,
        List<Owner> owners,
        boolean deleting,
        List<String> finalizers) {

    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    /**
     * A reference to an owner.
     *
     * @param blocks whether the owner is to wait for this object where it is deleted in the foreground
     */
    record Owner(String apiVersion, String kind, String name, String uid, boolean blocks) {}

    static OwnedObject of(KindRef kind, JsonObject json) {
        List<Owner> owners = Json.objects(json, "metadata", "ownerReferences").stream()
                .map(owner -> new Owner(
                        Json.text(owner, "apiVersion"),
                        Json.text(owner, "kind"),
                        Json.text(owner, "name"),
                        Json.text(owner, "uid"),
                        Json.flag(owner, "blockOwnerDeletion")))
                .toList();
        return new OwnedObject(
                kind,
                Json.key(json),
                Json.uid(json),
                Json.resourceVersion(json),
                owners,
                !Json.text(json, "metadata", "deletionTimestamp").isEmpty(),
                Json.list(json, "metadata", "finalizers").stream()
                        .map(JsonElement::getAsString)
                        .toList());
    }

    boolean deletingWith(String finalizer) {
        return deleting && finalizers.contains(finalizer);
    }

    boolean ownedBy(String ownerUid) {
        return owners.stream().anyMatch(owner -> owner.uid().equals(ownerUid));
    }
}
