package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;

/** The most important rules of Kubernetes' own kinds, beside those for every object's metadata. */
final class BuiltInValidation {
    private BuiltInValidation() {}

    static List<Cause> create(String group, String kind, JsonObject object) {
        return List.of();
    }

    static List<Cause> update(String group, String kind, JsonObject object, JsonObject old) {
        return List.of();
    }

    static List<Cause> status(String kind, JsonObject object) {
        return List.of();
    }
}
