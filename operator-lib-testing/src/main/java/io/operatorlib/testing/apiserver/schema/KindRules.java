package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * The rules by which the server judges the objects of one kind at one version. No method changes its arguments; the
 * server calls them in this order: {@link #decode}, {@link #defaulted}, and, once metadata and status are what the
 * server makes of them, {@link #create}, {@link #update} or {@link #updateStatus}.
 */
public interface KindRules {
    /** Reads what a client sent, or what a patch made of it: unknown fields are left out and reported. */
    Decoded decode(JsonObject sent);

    /** The object with its defaults. */
    JsonObject defaulted(JsonObject object);

    /** A stored object as it is read: its schema may have lost a field since, or grown a default. */
    default JsonObject read(JsonObject stored) {
        return defaulted(stored);
    }

    /**
     * The object as it begins its life: what the kind sets by itself when it is created, whatever the client sent, such
     * as a pod's phase. Where the kind has a status subresource, what the client sent as status is gone.
     */
    JsonObject begun(JsonObject object);

    /** The server's objections to creating the object; empty where there are none. */
    List<Cause> create(JsonObject object);

    /** The server's objections to replacing the old object by the new one; empty where there are none. */
    List<Cause> update(JsonObject object, JsonObject old);

    /** The server's objections to the new status of the object; empty where there are none. */
    List<Cause> updateStatus(JsonObject object, JsonObject old);

    /** What the server says of a new version of an object that it takes all the same; the old may be empty. */
    default List<String> warnings(JsonObject object, JsonObject old) {
        return List.of();
    }

    /** How the fields of the whole object merge. */
    FieldSchema fields();
}
