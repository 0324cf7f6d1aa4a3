package io.operatorlib.internal.cache;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Fingerprint;
import io.operatorlib.internal.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object as the API gave it, or what its informer keeps of it: immutable. It is kept as text, which takes a tenth
 * of the memory of a tree; so {@link #json()} costs a parse, and gives each caller a tree of his own.
 */
public final class StoredObject {
    private final ResourceKey key;
    private final String uid;
    private final String resourceVersion;
    private final List<String> owners;
    private final boolean deleting;
    private final long substance;
    private final PackedText text;
    private final @Nullable String problem;

    private StoredObject(JsonObject json, PackedText text, @Nullable String problem) {
        this.key = Json.key(json);
        this.uid = Json.uid(json);
        this.resourceVersion = Json.resourceVersion(json);
        this.owners = Json.objects(json, "metadata", "ownerReferences").stream()
                .map(owner -> Json.text(owner, "uid"))
                .toList();
        this.deleting = !Json.text(json, "metadata", "deletionTimestamp").isEmpty();
        this.substance = Fingerprint.withoutStatus(json);
        this.text = text;
        this.problem = problem;
    }

    /**
     * Takes an object in, whole.
     *
     * @throws CodecException if it has no name
     */
    public static StoredObject of(JsonObject json) {
        return of(json, Projection.whole());
    }

    /**
     * Takes in what the projection keeps of an object. Where that fails the object is known all the same: who reads it
     * is told.
     *
     * @throws CodecException if it has no name
     */
    static StoredObject of(JsonObject json, Projection projection) {
        if (Json.text(json, "metadata", "name").isEmpty()) {
            throw new CodecException("metadata.name", "is required");
        }
        try {
            return new StoredObject(json, PackedText.of(projection.of(json).toString()), null);
        } catch (RuntimeException e) {
            return new StoredObject(json, PackedText.NOTHING, String.valueOf(e.getMessage()));
        }
    }

    public ResourceKey key() {
        return key;
    }

    public String uid() {
        return uid;
    }

    public String resourceVersion() {
        return resourceVersion;
    }

    /** The UIDs of the owners. */
    public List<String> owners() {
        return owners;
    }

    /** Tells whether somebody has deleted it, and it is still there for its finalizers or its grace period. */
    public boolean deleting() {
        return deleting;
    }

    /** Tells whether it differs from another version in its status at the most. */
    public boolean sameButForStatus(StoredObject other) {
        return substance == other.substance;
    }

    /** What is kept of it, in bytes. */
    public int size() {
        return text.size();
    }

    /** Tells whether the projection failed on it. */
    public boolean broken() {
        return problem != null;
    }

    /**
     * What is kept, as a tree.
     *
     * @throws CodecException if the projection failed on it
     */
    public JsonObject json() {
        return Json.parse(text());
    }

    /**
     * What is kept, as it is kept.
     *
     * @throws CodecException if the projection failed on it
     */
    public String text() {
        if (problem != null) {
            throw new CodecException("", problem);
        }
        return text.text();
    }

    /** Tells whether this is the same version of the same object. */
    boolean sameVersion(StoredObject other) {
        return uid.equals(other.uid) && resourceVersion.equals(other.resourceVersion);
    }

    @Override
    public String toString() {
        return key + "@" + resourceVersion;
    }
}
