package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the value at one place of an object merges: for server-side apply, and for a strategic merge patch. */
public interface FieldSchema {
    /** Who may own what inside the value. */
    Shape shape();

    /** The schema of a field of an object, or of a map's value; {@link Shape#UNTYPED} where nothing is known of it. */
    FieldSchema field(String name);

    /** The schema of a list's elements; {@link Shape#UNTYPED} where nothing is known of them. */
    FieldSchema element();

    /** The fields that tell the elements of a {@link Shape#LIST_MAP} apart; empty for every other shape. */
    List<String> listMapKeys();

    /** The default of this value: an element of a list map that lacks a key has the key's default. */
    Optional<JsonElement> defaultValue();

    /** The field that tells a list's elements apart in a strategic merge patch; empty where the list has none. */
    Optional<String> patchMergeKey();

    /** What a strategic merge patch does with the value; empty means: replace lists, merge objects. */
    Set<PatchStrategy> patchStrategies();

    /** Who may own what inside a value. */
    enum Shape {
        /** A string, number or boolean. */
        SCALAR,
        /** An object or a map whose fields have owners each. */
        GRANULAR,
        /** An object or a map that is owned as a whole. */
        ATOMIC_MAP,
        /** A list that is owned as a whole. */
        ATOMIC_LIST,
        /** A list of unlike scalars that have owners each. */
        LIST_SET,
        /** A list of objects, told apart by their keys, whose fields have owners each. */
        LIST_MAP,
        /** Anything: objects are granular, lists atomic, as the value at hand is. */
        UNTYPED
    }

    /** What a strategic merge patch does with a value. */
    enum PatchStrategy {
        MERGE,
        REPLACE,
        RETAIN_KEYS
    }
}
