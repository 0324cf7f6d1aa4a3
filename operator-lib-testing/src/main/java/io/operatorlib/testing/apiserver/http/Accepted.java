package io.operatorlib.testing.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The forms in which a client takes a reply, in the order in which it named them.
 *
 * @param ranges the media ranges of the {@code Accept} headers
 */
record Accepted(List<Range> ranges) {

    /**
     * One media range.
     *
     * @param type in lower case
     * @param parameters such as {@code as}, {@code g} and {@code v}
     */
    record Range(String type, Map<String, String> parameters) {
        String as() {
            return parameters.getOrDefault("as", "");
        }

        private boolean takesJson() {
            return type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
        }
    }

    /** How a reply is written. */
    enum Form {
        /** The object or list itself. */
        PLAIN,
        /** As {@code Table} of {@code meta.k8s.io}. */
        TABLE,
        /** With nothing but the metadata. */
        METADATA
    }

    static Accepted of(List<String> headers) {
        List<Range> ranges = new ArrayList<>();
        for (String header : headers) {
            for (String range : header.split(",")) {
                String[] parts = range.strip().split(";");
                Map<String, String> parameters = new TreeMap<>();
                for (int i = 1; i < parts.length; i++) {
                    String[] pair = parts[i].strip().split("=", 2);
                    parameters.put(pair[0].toLowerCase(Locale.ROOT), pair.length > 1 ? pair[1] : "");
                }
                ranges.add(new Range(parts[0].strip().toLowerCase(Locale.ROOT), parameters));
            }
        }
        return new Accepted(List.copyOf(ranges));
    }

    /** The first form that we can give; empty where the client takes none of them. */
    Optional<Form> form() {
        if (ranges.isEmpty()) {
            return Optional.of(Form.PLAIN);
        }
        for (Range range : ranges) {
            if (range.takesJson()) {
                boolean ofMeta =
                        range.parameters().getOrDefault("g", "meta.k8s.io").equals("meta.k8s.io")
                                && range.parameters().getOrDefault("v", "v1").equals("v1");
                if (range.as().isEmpty()) {
                    return Optional.of(Form.PLAIN);
                }
                if (ofMeta && range.as().equals("Table")) {
                    return Optional.of(Form.TABLE);
                }
                if (ofMeta && range.as().startsWith("PartialObjectMetadata")) {
                    return Optional.of(Form.METADATA);
                }
            }
        }
        return Optional.empty();
    }

    /** Tells whether the client asked for JSON of this kind of the group at the version before anything simpler. */
    boolean prefers(String as, String group, String version) {
        for (Range range : ranges) {
            if (range.takesJson()) {
                return range.as().equals(as)
                        && range.parameters().getOrDefault("g", "").equals(group)
                        && range.parameters().getOrDefault("v", "").equals(version);
            }
        }
        return false;
    }

    /** Tells whether the client takes this media type, by name or by a wildcard. */
    boolean takes(String type) {
        String family = type.substring(0, type.indexOf('/')) + "/*";
        return ranges.isEmpty()
                || ranges.stream()
                        .anyMatch(range -> range.type().equals(type)
                                || range.type().equals(family)
                                || range.type().equals("*/*"));
    }
}
