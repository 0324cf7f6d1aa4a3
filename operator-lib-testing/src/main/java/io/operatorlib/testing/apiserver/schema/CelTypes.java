package io.operatorlib.testing.apiserver.schema;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types, in CEL, of the values that a schema describes. What has no type of its own cannot be named in a rule. */
final class CelTypes {
    private final Map<String, CelType> structs = new LinkedHashMap<>();

    /**
     * The type of a schema's values.
     *
     * @param name what to call it; nested types have a slash in theirs, so that no rule can mean them
     * @return null where rules cannot look at them
     */
    @Nullable
    CelType of(Schema schema, String name, boolean resource) {
        if (schema.extensions().intOrString()) {
            return SimpleType.DYN;
        }
        return switch (schema.type()) {
            case "object" ->
                object(schema, name, resource || schema.extensions().embedded());
            case "array" -> {
                Schema items = schema.children().items();
                CelType element = items == null ? null : of(items, name + "/@items", false);
                yield element == null ? null : ListType.create(element);
            }
            case "string" ->
                switch (schema.format()) {
                    case "byte" -> SimpleType.BYTES;
                    case "duration" -> SimpleType.DURATION;
                    case "date", "date-time" -> SimpleType.TIMESTAMP;
                    default -> SimpleType.STRING;
                };
            case "boolean" -> SimpleType.BOOL;
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            default -> null;
        };
    }

    private @Nullable CelType object(Schema schema, String name, boolean resource) {
        Schema values = schema.children().additional();
        if (values != null) {
            CelType value = of(values, name + "/@values", false);
            return value == null ? null : MapType.create(SimpleType.STRING, value);
        }
        Map<String, CelType> fields = new LinkedHashMap<>();
        if (resource) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put("metadata", struct(name + "/metadata", metadata()));
        }
        schema.children().properties().forEach((field, property) -> {
            String escaped = CelNames.escaped(field);
            CelType type = resource && field.equals("metadata") ? null : of(property, name + "/" + field, false);
            if (type != null && !escaped.isEmpty()) {
                fields.put(escaped, type);
            }
        });
        return struct(name, fields);
    }

    private static Map<String, CelType> metadata() {
        return Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING);
    }

    private StructType struct(String name, Map<String, CelType> fields) {
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        StructType type = StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(known.get(field)));
        structs.put(name, type);
        return type;
    }

    /** What was named so far, for a compiler. */
    CelTypeProvider provider() {
        return new Provider(ImmutableMap.copyOf(structs));
    }

    private record Provider(ImmutableMap<String, CelType> structs) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return structs.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(structs.get(name));
        }
    }
}
