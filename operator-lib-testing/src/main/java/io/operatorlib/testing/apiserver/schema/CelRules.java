package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules in CEL of a schema. */
final class CelRules {
    private CelRules() {}

    static Optional<CelRules> of(Schema schema) {
        return Optional.empty();
    }

    List<Cause> validate(JsonObject object, @Nullable JsonObject old) {
        return List.of();
    }
}
