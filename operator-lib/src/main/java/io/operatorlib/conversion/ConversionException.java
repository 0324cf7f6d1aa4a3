package io.operatorlib.conversion;

import org.jspecify.annotations.Nullable;

/** Thrown when an object cannot be converted: it says which object and which field, and nothing was converted. */
public final class ConversionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String field;

    /**
     * For a converter that meets a value which it cannot express.
     *
     * @param field from the object's root, for example {@code spec.pages[2].text}
     */
    public ConversionException(String field, String problem) {
        this(field, field.isEmpty() ? problem : field + ": " + problem, null);
    }

    ConversionException(String field, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.field = field;
    }

    /** The field, from the object's root; empty where it is the object as a whole. */
    public String field() {
        return field;
    }
}
