package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.Cause;
import io.operatorlib.testing.apiserver.schema.Decoded;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import io.operatorlib.testing.apiserver.schema.KindRules;
import io.operatorlib.testing.apiserver.schema.RuleBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules of a kind of whose schema nothing is known: every object passes as it is. */
final class UntypedRules implements KindRules, FieldSchema {

    /** A book of nothing but such rules. */
    static final RuleBook BOOK = new RuleBook() {
        @Override
        public KindRules builtIn(String group, String version, String kind) {
            return new UntypedRules();
        }

        @Override
        public KindRules custom(JsonObject definition, String version) {
            return new UntypedRules();
        }
    };

    @Override
    public Decoded decode(JsonObject sent) {
        return new Decoded.Read(sent, List.of());
    }

    @Override
    public JsonObject defaulted(JsonObject object) {
        return object;
    }

    @Override
    public JsonObject begun(JsonObject object) {
        return object;
    }

    @Override
    public List<Cause> create(JsonObject object) {
        return List.of();
    }

    @Override
    public List<Cause> update(JsonObject object, JsonObject old) {
        return List.of();
    }

    @Override
    public List<Cause> updateStatus(JsonObject object, JsonObject old) {
        return List.of();
    }

    @Override
    public FieldSchema fields() {
        return this;
    }

    @Override
    public Shape shape() {
        return Shape.UNTYPED;
    }

    @Override
    public FieldSchema field(String name) {
        return this;
    }

    @Override
    public FieldSchema element() {
        return this;
    }

    @Override
    public List<String> listMapKeys() {
        return List.of();
    }

    @Override
    public Optional<JsonElement> defaultValue() {
        return Optional.empty();
    }

    @Override
    public Optional<String> patchMergeKey() {
        return Optional.empty();
    }

    @Override
    public Set<PatchStrategy> patchStrategies() {
        return Set.of();
    }
}
