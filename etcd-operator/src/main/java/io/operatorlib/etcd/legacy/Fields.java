package io.operatorlib.etcd.legacy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Members of a tree that may be of any type, as whoever wrote them without a schema left them. */
final class Fields {
    private Fields() {}

    /** The object of that name, the caller's own to change; an empty one where there is none. */
    @SuppressWarnings("unchecked") // a tree's objects have texts for keys
    static Map<String, Object> object(Map<String, Object> in, String name) {
        return in.get(name) instanceof Map<?, ?> object
                ? new LinkedHashMap<>((Map<String, Object>) object)
                : new LinkedHashMap<>();
    }

    /** Puts a value at a path, with the objects on the way. */
    static void put(Map<String, Object> in, @Nullable Object value, String... path) {
        if (value == null) {
            return;
        }
        Map<String, Object> here = in;
        for (int i = 0; i < path.length - 1; i++) {
            Map<String, Object> next = object(here, path[i]);
            here.put(path[i], next);
            here = next;
        }
        here.put(path[path.length - 1], value);
    }

    /** The value at a path; null where there is none. */
    static @Nullable Object at(Map<String, Object> in, String... path) {
        Map<String, Object> here = in;
        for (int i = 0; i < path.length - 1; i++) {
            here = object(here, path[i]);
        }
        return here.get(path[path.length - 1]);
    }

    /** Takes the member of that name out and hands it on, if it is of that type and not empty. */
    static <T> void take(Map<String, Object> from, String name, Class<T> type, Consumer<T> to) {
        Object value = from.get(name);
        if (type.isInstance(value) && !empty(value)) {
            from.remove(name);
            to.accept(type.cast(value));
        }
    }

    static boolean empty(@Nullable Object value) {
        return value == null
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value instanceof List<?> list && list.isEmpty());
    }
}
