package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON values as CEL sees them through their schema; the parts are looked at only when a rule does. */
final class CelValues {
    private CelValues() {}

    static Object of(Schema schema, JsonElement value, boolean resource) {
        if (value instanceof JsonObject object) {
            boolean whole = resource || schema.extensions().embedded();
            return schema.children().additional() != null
                    ? new Entries(schema, object)
                    : new Fields(schema, object, whole);
        }
        if (value instanceof JsonArray array) {
            return new Elements(schema, array);
        }
        if (value instanceof JsonPrimitive primitive) {
            return scalar(schema, primitive);
        }
        return NullValue.NULL_VALUE;
    }

    private static Object scalar(Schema schema, JsonPrimitive value) {
        if (value.isBoolean()) {
            return value.getAsBoolean();
        }
        if (value.isNumber()) {
            boolean integral = schema.type().equals("number") ? false : Json.isInteger(value);
            return schema.type().equals("integer") || integral
                    ? (Object) value.getAsBigDecimal().longValue()
                    : (Object) value.getAsDouble();
        }
        String text = value.getAsString();
        if (!schema.type().equals("string")) {
            return text;
        }
        try {
            return switch (schema.format()) {
                case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                case "date" -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
                case "duration" -> duration(text);
                default -> text;
            };
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return text;
        }
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text.replace(" ", "").toUpperCase(java.util.Locale.ROOT));
    }

    /** An object with the fields that its schema names, by their names in rules. */
    private static final class Fields extends AbstractMap<String, Object> {
        private final Schema schema;
        private final JsonObject object;
        private final boolean resource;
        private @Nullable Map<String, Object> all;

        Fields(Schema schema, JsonObject object, boolean resource) {
            this.schema = schema;
            this.object = object;
            this.resource = resource;
        }

        @Override
        public boolean containsKey(Object key) {
            return all().containsKey(key);
        }

        @Override
        public @Nullable Object get(Object key) {
            Object value = all().get(key);
            if (value instanceof Raw raw) {
                value = of(raw.schema, raw.value, raw.metadata);
                all().put((String) key, value);
            }
            return value;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            all().keySet().forEach(this::get);
            return all().entrySet();
        }

        private Map<String, Object> all() {
            if (all == null) {
                all = new LinkedHashMap<>();
                for (Entry<String, JsonElement> entry : object.entrySet()) {
                    String name = CelNames.escaped(entry.getKey());
                    Schema part = part(entry.getKey());
                    if (part != null && !name.isEmpty()) {
                        all.put(name, new Raw(part, entry.getValue(), false));
                    }
                }
            }
            return all;
        }

        private @Nullable Schema part(String name) {
            if (!resource) {
                return schema.children().properties().get(name);
            }
            return switch (name) {
                case "apiVersion", "kind" -> TEXT;
                case "metadata" -> METADATA;
                default -> schema.children().properties().get(name);
            };
        }
    }

    private static final Schema TEXT = Schema.scalar("string", "");
    private static final Schema METADATA =
            Schema.UNKNOWN.withField("name", TEXT).withField("generateName", TEXT);

    private record Raw(Schema schema, JsonElement value, boolean metadata) {}

    /** A map. */
    private static final class Entries extends AbstractMap<String, Object> {
        private final Map<String, Object> values = new LinkedHashMap<>();

        Entries(Schema schema, JsonObject object) {
            Schema value = schema.children().additional();
            if (value != null) {
                object.asMap().forEach((key, element) -> values.put(key, of(value, element, false)));
            }
        }

        @Override
        public @Nullable Object get(Object key) {
            return values.get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            return values.containsKey(key);
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return values.entrySet();
        }
    }

    /** A list. */
    private static final class Elements extends AbstractList<Object> {
        private final Object[] elements;

        Elements(Schema schema, JsonArray array) {
            Schema items = schema.children().items();
            elements = new Object[array.size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = of(items == null ? Schema.UNKNOWN : items, array.get(i), false);
            }
        }

        @Override
        public Object get(int index) {
            return elements[index];
        }

        @Override
        public int size() {
            return elements.length;
        }
    }
}
