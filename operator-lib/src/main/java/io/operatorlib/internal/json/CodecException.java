package io.operatorlib.internal.json;

/** Thrown when JSON cannot be read as what it should be; the message begins with the field's path. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String problem;

    public CodecException(String path, String problem) {
        this(path, problem, null);
    }

    CodecException(String path, String problem, @org.jspecify.annotations.Nullable Throwable cause) {
        super(path.isEmpty() ? problem : path + ": " + problem, cause);
        this.path = path;
        this.problem = problem;
    }

    /** The field, from the object's root, for example {@code spec.members[2].name}. */
    public String path() {
        return path;
    }

    /** This exception as seen from further up: Gson's {@code $} becomes the given path. */
    CodecException below(String root) {
        String inner = path.startsWith("$") ? path.substring(1) : path;
        String whole = root.isEmpty() && inner.startsWith(".") ? inner.substring(1) : root + inner;
        return new CodecException(whole, problem, getCause() == null ? this : getCause());
    }
}
