package io.operatorlib.testing.crd;

import com.google.gson.JsonElement;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A random type of a field: how it is written in Java, a value that fits it, and one that does not. */
interface Shape {
    /** The type as it stands in Java; never a primitive. */
    String type();

    /** The annotations of a component of that type, each with a blank behind it. */
    default String annotations() {
        return "";
    }

    /** Declarations that the type needs. */
    default String declarations() {
        return "";
    }

    /** A default that it could have, in JSON; empty for none. */
    default String byDefault() {
        return "";
    }

    JsonElement valid(RandomGenerator random);

    /** Something that must be refused; empty where anything fits. */
    Optional<Bad> bad(RandomGenerator random);

    /**
     * A value to be refused.
     *
     * @param at the field that is to be blamed, as a path below the value: empty for the value itself
     */
    record Bad(JsonElement value, String at) {}
}
