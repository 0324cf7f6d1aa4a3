package io.operatorlib.internal.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.operatorlib.internal.json.RecordShape.Component;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes records. Unlike Gson's own adapter it never lets an absent member become a silent null or 0: it
 * refuses with the member's path, unless the component is nullable or a collection.
 */
final class RecordAdapters implements TypeAdapterFactory {

    @Override
    @SuppressWarnings("unchecked") // a record's adapter makes values of that record
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
        if (!type.getRawType().isRecord()) {
            return null;
        }
        var shape = RecordShape.of(type.getType());
        var members = shape.components().stream()
                .map(component ->
                        new Member(component, (TypeAdapter<Object>) gson.getAdapter(TypeToken.get(component.type()))))
                .toList();
        return (TypeAdapter<T>) new RecordAdapter(shape, members);
    }

    private record Member(Component component, TypeAdapter<Object> adapter) {
        @Nullable
        Object absent(String path) throws IOException {
            return switch (component.absence()) {
                case NULL -> null;
                case EMPTY -> fixed(adapter.fromJson(Map.class.isAssignableFrom(component.raw()) ? "{}" : "[]"));
                case REFUSED -> throw new CodecException(path + "." + component.name(), "is required");
            };
        }

        @Nullable
        Object read(JsonReader in) throws IOException {
            try {
                return fixed(adapter.read(in));
            } catch (CodecException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new CodecException(in.getPath(), String.valueOf(e.getMessage()), e);
            }
        }

        // what was read is shared: nobody may change it
        private @Nullable Object fixed(@Nullable Object value) {
            Class<?> raw = component.raw();
            if (raw == List.class && value instanceof List<?> list) {
                return Collections.unmodifiableList(list);
            }
            if (raw == Set.class && value instanceof Set<?> set) {
                return Collections.unmodifiableSet(set);
            }
            return raw == Map.class && value instanceof Map<?, ?> map ? Collections.unmodifiableMap(map) : value;
        }
    }

    private static final class RecordAdapter extends TypeAdapter<@Nullable Object> {
        private final Constructor<?> constructor;
        private final List<Member> members;
        private final Map<String, Integer> places = new HashMap<>();

        RecordAdapter(RecordShape shape, List<Member> members) {
            this.members = members;
            var types = shape.type().getRecordComponents();
            var parameters = new Class<?>[types.length];
            for (int i = 0; i < types.length; i++) {
                parameters[i] = types[i].getType();
                places.put(members.get(i).component().name(), i);
            }
            try {
                constructor = shape.type().getDeclaredConstructor(parameters);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
            constructor.setAccessible(true);
        }

        @Override
        public @Nullable Object read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            if (in.peek() != JsonToken.BEGIN_OBJECT) {
                throw new CodecException(in.getPath(), "must be an object, is a " + in.peek());
            }
            var values = new @Nullable Object[members.size()];
            in.beginObject();
            while (in.hasNext()) {
                Integer place = places.get(in.nextName());
                if (place == null) {
                    in.skipValue();
                } else {
                    values[place] = members.get(place).read(in);
                }
            }
            in.endObject();
            String path = in.getPreviousPath();
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    values[i] = members.get(i).absent(path);
                }
            }
            return construct(path, values);
        }

        private Object construct(String path, @Nullable Object[] values) {
            try {
                return constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new CodecException(path, String.valueOf(cause.getMessage()), cause);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void write(JsonWriter out, @Nullable Object value) throws IOException {
            if (value == null) {
                out.nullValue();
                return;
            }
            out.beginObject();
            for (Member member : members) {
                out.name(member.component().name());
                Object inner = read(member, value);
                if (inner == null || Adapters.emptyCollection(inner)) {
                    out.nullValue();
                } else {
                    member.adapter().write(out, inner);
                }
            }
            out.endObject();
        }

        private static @Nullable Object read(Member member, Object value) {
            try {
                return member.component().accessor().invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
