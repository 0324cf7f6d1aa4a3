package io.operatorlib.etcd.legacy;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Manifests as trees of maps, lists, texts, numbers and truth values. */
public final class Trees {
    private Trees() {}

    /** The object of that name, the caller's own to change; an empty one where there is none. */
    public static Map<String, Object> object(Map<String, Object> in, String name) {
        return Fields.object(in, name);
    }

    /** The value at a path; null where there is none. */
    public static @Nullable Object at(Map<String, Object> in, String... path) {
        return Fields.at(in, path);
    }

    /** The text at a path. */
    public static Optional<String> text(Map<String, Object> in, String... path) {
        return at(in, path) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
