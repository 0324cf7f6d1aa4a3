package io.operatorlib.crd;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.CodecException;
import io.operatorlib.internal.json.Json;
import java.util.Optional;

/**
 * How far a storage migration has come; kept in an annotation of the definition, so that whoever goes on knows it.
 *
 * @param to the version in which objects are written
 * @param generation of the definition for which it holds: with another one it begins anew
 * @param next the API's token for the next page; empty for the first
 * @param refused how many objects were refused so far
 */
record MigrationProgress(String to, long generation, String next, int refused) {
    static final String ANNOTATION = "operatorlib.io/storage-migration";

    /** The beginning of a migration, for a definition as it is. */
    static MigrationProgress beginning(JsonObject crd, String to) {
        return new MigrationProgress(to, Json.number(0, crd, "metadata", "generation"), "", 0);
    }

    /** What a definition says of it; empty where it says nothing of this migration. */
    static Optional<MigrationProgress> in(JsonObject crd, String to) {
        try {
            JsonObject json = Json.parse(Json.text(crd, "metadata", "annotations", ANNOTATION));
            var known = new MigrationProgress(
                    Json.text(json, "to"), Json.number(0, json, "generation"), Json.text(json, "continue"), (int)
                            Json.number(0, json, "refused"));
            var now = beginning(crd, to);
            return known.to.equals(to) && known.generation == now.generation ? Optional.of(known) : Optional.empty();
        } catch (CodecException e) {
            return Optional.empty();
        }
    }

    MigrationProgress at(String token, int more) {
        return new MigrationProgress(to, generation, token, refused + more);
    }

    String text() {
        var json = new JsonObject();
        json.addProperty("to", to);
        json.addProperty("generation", generation);
        json.addProperty("continue", next);
        json.addProperty("refused", refused);
        return json.toString();
    }
}
