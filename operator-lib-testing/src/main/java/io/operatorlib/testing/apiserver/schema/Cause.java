package io.operatorlib.testing.apiserver.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One objection to an object: a cause in the details of a Kubernetes {@code Status} with reason {@code Invalid}.
 *
 * @param reason a machine's word, for example {@code FieldValueInvalid}
 * @param message a person's words, for example {@code Invalid value: 8: must be less than or equal to 7}
 * @param field where, for example {@code spec.size}; {@code <nil>} for the whole object
 */
public record Cause(String reason, String message, String field) {

    public static Cause required(String field, String detail) {
        return of("FieldValueRequired", "Required value", field, detail);
    }

    public static Cause forbidden(String field, String detail) {
        return of("FieldValueForbidden", "Forbidden", field, detail);
    }

    public static Cause invalid(String field, @Nullable JsonElement value, String detail) {
        return of("FieldValueInvalid", "Invalid value: " + Go.value(value), field, detail);
    }

    public static Cause invalid(String field, String value, String detail) {
        return invalid(field, new JsonPrimitive(value), detail);
    }

    static Cause typeInvalid(String field, @Nullable JsonElement value, String detail) {
        return of("FieldValueTypeInvalid", "Invalid value: " + Go.value(value), field, detail);
    }

    /** As {@link #invalid}, with a value that is shown in a form of its own. */
    static Cause invalidAs(String field, String shown, String detail) {
        return of("FieldValueInvalid", "Invalid value: " + shown, field, detail);
    }

    static Cause duplicateAs(String field, String shown) {
        return of("FieldValueDuplicate", "Duplicate value: " + shown, field, "");
    }

    static Cause unsupportedAs(String field, String shown, String detail) {
        return of("FieldValueNotSupported", "Unsupported value: " + shown, field, detail);
    }

    public static Cause notFound(String field, @Nullable JsonElement value) {
        return of("FieldValueNotFound", "Not found: " + Go.value(value), field, "");
    }

    public static Cause duplicate(String field, @Nullable JsonElement value) {
        return of("FieldValueDuplicate", "Duplicate value: " + Go.value(value), field, "");
    }

    static Cause unsupported(String field, @Nullable JsonElement value, Collection<String> supported) {
        String list = supported.stream().map(Go::quote).collect(Collectors.joining(", "));
        String detail = list.isEmpty() ? "" : "supported values: " + list;
        return of("FieldValueNotSupported", "Unsupported value: " + Go.value(value), field, detail);
    }

    static Cause tooLong(String field, long most) {
        return of(
                "FieldValueTooLong",
                "Too long",
                field,
                "may not be more than " + most + (most == 1 ? " byte" : " bytes"));
    }

    static Cause tooMany(String field, long actual, long most) {
        String detail = "must have at most " + most + (most == 1 ? " item" : " items");
        return of("FieldValueTooMany", "Too many: " + actual, field, detail);
    }

    private static Cause of(String reason, String word, String field, String detail) {
        return new Cause(reason, detail.isEmpty() ? word : word + ": " + detail, field);
    }

    /** Field and message as they stand in the message of the {@code Status}. */
    public String text() {
        return field + ": " + message;
    }

    /** All the causes in one line, as they stand in the message of the {@code Status}; each only once. */
    public static String text(List<Cause> causes) {
        List<String> texts = causes.stream().map(Cause::text).distinct().toList();
        return texts.size() == 1 ? texts.get(0) : texts.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
