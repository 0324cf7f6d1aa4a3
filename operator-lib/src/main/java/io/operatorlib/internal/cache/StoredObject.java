package io.operatorlib.internal.cache;

import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One object as the API gave it: immutable. It is kept as text, which takes a tenth of the memory of a tree; so
 * {@link #json()} costs a parse, and gives each caller a tree of his own.
 */
public final class StoredObject {
    private final ResourceKey key;
    private final String uid;
    private final String resourceVersion;
    private final List<String> owners;
    private final byte[] text;

    private StoredObject(JsonObject json) {
        this.key = Json.key(json);
        this.uid = Json.uid(json);
        this.resourceVersion = Json.resourceVersion(json);
        this.owners = Json.objects(json, "metadata", "ownerReferences").stream()
                .map(owner -> Json.text(owner, "uid"))
                .toList();
        this.text = json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Takes an object in.
     *
     * @throws CodecException if it has no name
     */
    public static StoredObject of(JsonObject json) {
        if (Json.text(json, "metadata", "name").isEmpty()) {
            throw new CodecException("metadata.name", "is required");
        }
        return new StoredObject(json);
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

    /** The object as a tree. */
    public JsonObject json() {
        return Json.parse(new String(text, StandardCharsets.UTF_8));
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
