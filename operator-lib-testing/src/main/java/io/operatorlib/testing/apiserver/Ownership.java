package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Keeps {@code metadata.managedFields}: who owns which fields. */
final class Ownership {
    private final Identities identities;

    Ownership(Identities identities) {
        this.identities = identities;
    }

    /**
     * Who writes.
     *
     * @param operation {@code Apply} or {@code Update}
     */
    record Writer(String manager, String operation, String subresource) {
        static Writer update(Options options, String subresource) {
            return new Writer(options.fieldManager(), "Update", subresource);
        }
    }

    /** The new object with its managed fields, after a change of the old one by the writer. */
    JsonObject track(ServedKind kind, JsonObject before, JsonObject next, Writer writer) {
        JsonElement known = Meta.of(before).get("managedFields");
        return identities == null || known == null ? next : Meta.with(next, "managedFields", known);
    }
}
