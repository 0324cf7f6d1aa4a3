package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;

/** The rules for CustomResourceDefinitions. */
final class DefinitionRules {
    private DefinitionRules() {}

    static List<Cause> create(JsonObject definition) {
        return List.of();
    }

    static List<Cause> update(JsonObject definition, JsonObject old) {
        return create(definition);
    }
}
