package io.operatorlib.testing.apiserver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.testing.apiserver.schema.FieldSchema;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which places an object has, and which differ between two. */
final class FieldSets {
    private FieldSets() {}

    /** The places that an apply of a value claims. */
    static FieldSet claimed(JsonElement value, FieldSchema schema) {
        Parts parts = Parts.of(value, schema);
        if (parts == null) {
            return FieldSet.LEAF;
        }
        var children = new TreeMap<String, FieldSet>();
        parts.byEdge().forEach((edge, part) -> {
            FieldSet below = claimed(part.value(), part.schema());
            boolean self = parts.list() || (part.value() instanceof JsonObject object && object.isEmpty());
            FieldSet child = self ? new FieldSet(true, below.children()) : below;
            if (!child.empty()) {
                children.put(edge, child);
            }
        });
        return new FieldSet(false, children);
    }

    /**
     * The places at which two values differ.
     *
     * @param changed those that were added or have another value
     * @param removed those that are no longer there
     */
    record Difference(FieldSet changed, FieldSet removed) {
        static final Difference NONE = new Difference(FieldSet.EMPTY, FieldSet.EMPTY);
    }

    static Difference between(@Nullable JsonElement before, @Nullable JsonElement after, FieldSchema schema) {
        if (before == null || before.isJsonNull()) {
            return after == null || after.isJsonNull()
                    ? Difference.NONE
                    : new Difference(everything(after, schema), FieldSet.EMPTY);
        }
        if (after == null || after.isJsonNull()) {
            return new Difference(FieldSet.EMPTY, everything(before, schema));
        }
        if (before.equals(after)) {
            return Difference.NONE;
        }
        Parts was = Parts.of(before, schema);
        Parts is = Parts.of(after, schema);
        return was == null || is == null ? new Difference(FieldSet.LEAF, FieldSet.EMPTY) : between(was, is);
    }

    private static Difference between(Parts was, Parts is) {
        var changed = new TreeMap<String, FieldSet>();
        var removed = new TreeMap<String, FieldSet>();
        is.byEdge().forEach((edge, part) -> {
            Parts.Part old = was.part(edge);
            put(edge, between(old == null ? null : old.value(), part.value(), part.schema()), changed, removed);
        });
        was.byEdge().forEach((edge, part) -> {
            if (is.part(edge) == null) {
                put(edge, between(part.value(), null, part.schema()), changed, removed);
            }
        });
        return new Difference(new FieldSet(false, changed), new FieldSet(false, removed));
    }

    private static void put(
            String edge, Difference difference, Map<String, FieldSet> changed, Map<String, FieldSet> removed) {
        if (!difference.changed().empty()) {
            changed.put(edge, difference.changed());
        }
        if (!difference.removed().empty()) {
            removed.put(edge, difference.removed());
        }
    }

    /** The place of a value and all below it. */
    private static FieldSet everything(JsonElement value, FieldSchema schema) {
        Parts parts = Parts.of(value, schema);
        if (parts == null) {
            return FieldSet.LEAF;
        }
        var children = new TreeMap<String, FieldSet>();
        parts.byEdge().forEach((edge, part) -> {
            if (!part.value().isJsonNull()) {
                children.put(edge, everything(part.value(), part.schema()));
            }
        });
        return new FieldSet(true, children);
    }
}
