package io.operatorlib.internal.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The adapters of single types that the codec is made of. */
final class Adapters {
    // always six digits: Go reads a MicroTime only with exactly six, and a Time with any number
    private static final DateTimeFormatter MICROS = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 6, 6, true)
            .appendLiteral('Z')
            .toFormatter(Locale.ROOT);

    private Adapters() {}

    /** An adapter of a type that is a string in JSON. */
    static <T> TypeAdapter<T> text(Function<String, T> read, Function<T, String> write) {
        return new TypeAdapter<T>() {
            @Override
            public T read(JsonReader in) throws IOException {
                return read.apply(in.nextString());
            }

            @Override
            public void write(JsonWriter out, T value) throws IOException {
                out.value(write.apply(value));
            }
        }.nullSafe();
    }

    /** An adapter of what nobody decides on, and is often half of an object. */
    static TypeAdapter<@Nullable Object> passedOver() {
        return new TypeAdapter<>() {
            @Override
            public @Nullable Object read(JsonReader in) throws IOException {
                in.skipValue();
                return null;
            }

            @Override
            public void write(JsonWriter out, @Nullable Object value) throws IOException {
                out.nullValue();
            }
        };
    }

    static boolean emptyCollection(Object value) {
        return value instanceof Collection<?> collection
                ? collection.isEmpty()
                : value instanceof Map<?, ?> map && map.isEmpty();
    }

    static String micros(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC).format(MICROS);
    }

    /** Writes an empty list, set or map as if it were not there; an empty object of a type of its own stays. */
    static TypeAdapterFactory omittingEmptyCollections() {
        return new TypeAdapterFactory() {
            @Override
            public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
                Class<?> raw = type.getRawType();
                if (!Collection.class.isAssignableFrom(raw) && !Map.class.isAssignableFrom(raw)) {
                    return null;
                }
                return new OmittingEmpty<>(
                        raw == Map.class && key(type) == String.class
                                ? byName(gson, type)
                                : gson.getDelegateAdapter(this, type));
            }
        };
    }

    private static Type key(TypeToken<?> map) {
        return map.getType() instanceof ParameterizedType type ? type.getActualTypeArguments()[0] : Object.class;
    }

    @SuppressWarnings("unchecked") // T is Map of String to the type of the values
    private static <T> TypeAdapter<T> byName(Gson gson, TypeToken<T> map) {
        Type values = ((ParameterizedType) map.getType()).getActualTypeArguments()[1];
        return (TypeAdapter<T>) new ByName((TypeAdapter<Object>) gson.getAdapter(TypeToken.get(values)));
    }

    /** Maps with texts for keys: unlike Gson's own adapter it leaves the key in the reader's path. */
    private static final class ByName extends TypeAdapter<Map<String, Object>> {
        private final TypeAdapter<Object> values;

        ByName(TypeAdapter<Object> values) {
            this.values = values;
        }

        @Override
        public @Nullable Map<String, Object> read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            var map = new LinkedHashMap<String, Object>();
            in.beginObject();
            while (in.hasNext()) {
                map.put(in.nextName(), values.read(in));
            }
            in.endObject();
            return map;
        }

        @Override
        public void write(JsonWriter out, Map<String, Object> map) throws IOException {
            out.beginObject();
            for (var entry : map.entrySet()) {
                out.name(entry.getKey());
                values.write(out, entry.getValue());
            }
            out.endObject();
        }
    }

    private static final class OmittingEmpty<T> extends TypeAdapter<T> {
        private final TypeAdapter<T> delegate;

        OmittingEmpty(TypeAdapter<T> delegate) {
            this.delegate = delegate;
        }

        @Override
        public T read(JsonReader in) throws IOException {
            return delegate.read(in);
        }

        @Override
        public void write(JsonWriter out, T value) throws IOException {
            if (value == null || emptyCollection(value)) {
                out.nullValue();
            } else {
                delegate.write(out, value);
            }
        }
    }

    /** Enums by name or {@code @SerializedName}; a word that is none of them is refused, not read as null. */
    static TypeAdapterFactory enums() {
        return new TypeAdapterFactory() {
            @Override
            public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
                if (!type.getRawType().isEnum()) {
                    return null;
                }
                return new EnumAdapter<T>(words(type.getRawType())).nullSafe();
            }
        };
    }

    /** The constants of an enum by the words that stand for them in JSON, in the order of their declaration. */
    @SuppressWarnings("unchecked") // the constants of an enum are of its type
    static <T> Map<String, T> words(Class<? super T> type) {
        var words = new LinkedHashMap<String, T>();
        for (Object constant : type.getEnumConstants()) {
            words.put(word((Enum<?>) constant), (T) constant);
        }
        return words;
    }

    static String word(Enum<?> constant) {
        try {
            var named = constant.getDeclaringClass().getField(constant.name()).getAnnotation(SerializedName.class);
            return named == null ? constant.name() : named.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class EnumAdapter<T> extends TypeAdapter<T> {
        private final Map<String, T> words;

        EnumAdapter(Map<String, T> words) {
            this.words = words;
        }

        @Override
        public T read(JsonReader in) throws IOException {
            String path = in.getPath();
            String word = in.peek() == JsonToken.STRING ? in.nextString() : "";
            T constant = words.get(word);
            if (constant == null) {
                throw new CodecException(path, "must be one of " + words.keySet() + ", is \"" + word + "\"");
            }
            return constant;
        }

        @Override
        public void write(JsonWriter out, T value) throws IOException {
            out.value(word((Enum<?>) value));
        }
    }
}
