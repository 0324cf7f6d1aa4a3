package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonObject;
import java.util.List;

/** What became of an object that a client sent. */
public sealed interface Decoded {
    /**
     * It could be read.
     *
     * @param object without the fields that the kind does not have
     * @param complaints one for each of those fields, for example {@code unknown field "spec.foo"}: warnings, or the
     *     reason to refuse the request, as its {@code fieldValidation} wishes
     */
    record Read(JsonObject object, List<String> complaints) implements Decoded {}

    /**
     * It could not be read, because a value has the wrong type. The request is bad (400).
     *
     * @param message the server's words
     */
    record Refused(String message) implements Decoded {}
}
