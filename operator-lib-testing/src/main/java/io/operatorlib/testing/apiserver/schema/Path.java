package io.operatorlib.testing.apiserver.schema;

import org.jspecify.annotations.Nullable;

/** A place in an object; rendered only where there is something to say about it. */
final class Path {
    static final Path ROOT = new Path(null, "");

    private final @Nullable Path parent;
    private final String step;

    private Path(@Nullable Path parent, String step) {
        this.parent = parent;
        this.step = step;
    }

    static Path of(String name) {
        return ROOT.child(name);
    }

    /** A field of an object. */
    Path child(String name) {
        return new Path(this, parent == null ? name : "." + name);
    }

    /** A field within a field. */
    Path child(String name, String... more) {
        Path path = child(name);
        for (String next : more) {
            path = path.child(next);
        }
        return path;
    }

    /** An element of a list. */
    Path index(int i) {
        return new Path(this, "[" + i + "]");
    }

    /** A value of a map. */
    Path key(String key) {
        return new Path(this, "[" + key + "]");
    }

    boolean isRoot() {
        return parent == null;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent != null) {
            parent.append(text);
        }
        text.append(step);
    }
}
