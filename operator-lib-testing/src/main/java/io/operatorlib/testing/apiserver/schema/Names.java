package io.operatorlib.testing.apiserver.schema;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The forms that names in Kubernetes have. Each method returns the objections to a name, in the server's words; none
 * where the name is well formed.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Object Names and IDs</a>
 */
final class Names {
    /** RFC 1123 allows a label of a host name this many characters. */
    static final int LABEL_LENGTH = 63;

    /** RFC 1123 allows a whole host name this many characters. */
    static final int SUBDOMAIN_LENGTH = 253;

    /** RFC 6335 allows the name of a port this many characters. */
    private static final int PORT_LENGTH = 15;

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String KEY = "[-._a-zA-Z0-9]+";

    private static final Pattern IS_LABEL = Pattern.compile(LABEL);
    private static final Pattern IS_SUBDOMAIN = Pattern.compile(SUBDOMAIN);
    private static final Pattern IS_LABEL_1035 = Pattern.compile(LABEL_1035);
    private static final Pattern IS_QUALIFIED = Pattern.compile(QUALIFIED);
    private static final Pattern IS_KEY = Pattern.compile(KEY);
    private static final Pattern IS_PORT = Pattern.compile("[-a-z0-9]+");
    private static final Pattern IS_C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What form the names of a kind's objects have. */
    enum Form {
        SUBDOMAIN,
        LABEL,
        LABEL_1035,
        PATH_SEGMENT;

        List<String> objections(String name) {
            return switch (this) {
                case SUBDOMAIN -> subdomain(name);
                case LABEL -> label(name);
                case LABEL_1035 -> label1035(name);
                case PATH_SEGMENT -> pathSegment(name);
            };
        }

        /** The objections to the beginning of a name, to which the server adds random characters. */
        List<String> prefixObjections(String prefix) {
            boolean dashed = prefix.length() > 1 && prefix.endsWith("-") && this != PATH_SEGMENT;
            return objections(dashed ? prefix.substring(0, prefix.length() - 1) + "a" : prefix);
        }
    }

    private Names() {}

    static List<String> subdomain(String name) {
        var objections = tooLong(name, SUBDOMAIN_LENGTH);
        if (!IS_SUBDOMAIN.matches(name)) {
            objections.add(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character"
                            + example(SUBDOMAIN, "'example.com'"));
        }
        return objections;
    }

    static List<String> label(String name) {
        var objections = tooLong(name, LABEL_LENGTH);
        if (!IS_LABEL.matches(name)) {
            objections.add(
                    IS_SUBDOMAIN.matches(name)
                            ? "must not contain dots"
                            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
                                    + " must start and end with an alphanumeric character"
                                    + example(LABEL, "'my-name',  or '123-abc'"));
        }
        return objections;
    }

    static List<String> label1035(String name) {
        var objections = tooLong(name, LABEL_LENGTH);
        if (!IS_LABEL_1035.matches(name)) {
            objections.add("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                    + " alphabetic character, and end with an alphanumeric character"
                    + example(LABEL_1035, "'my-name',  or 'abc-123'"));
        }
        return objections;
    }

    static List<String> pathSegment(String name) {
        List<String> objections = new ArrayList<>();
        if (name.equals(".") || name.equals("..")) {
            objections.add("may not be '" + name + "'");
        }
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                objections.add("may not contain '" + illegal + "'");
            }
        }
        return objections;
    }

    /** A label's key, an annotation's, or a finalizer. */
    static List<String> qualified(String name) {
        List<String> objections = new ArrayList<>();
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            objections.add("a qualified name " + qualifiedObjection()
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return objections;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                objections.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(objection -> objections.add("prefix part " + objection));
            }
        }
        String last = parts[parts.length - 1];
        if (last.isEmpty()) {
            objections.add("name part must be non-empty");
        } else if (last.length() > LABEL_LENGTH) {
            objections.add("name part must be no more than " + LABEL_LENGTH + " characters");
        }
        if (!IS_QUALIFIED.matches(last)) {
            objections.add("name part " + qualifiedObjection());
        }
        return objections;
    }

    private static String qualifiedObjection() {
        return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                + " character"
                + example(QUALIFIED, "'MyName',  or 'my.name',  or '123-abc'");
    }

    static List<String> labelValue(String value) {
        var objections = tooLong(value, LABEL_LENGTH);
        if (!value.isEmpty() && !IS_QUALIFIED.matches(value)) {
            objections.add("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
                    + " '.', and must start and end with an alphanumeric character"
                    + example("(" + QUALIFIED + ")?", "'MyValue',  or 'my_value',  or '12345'"));
        }
        return objections;
    }

    /** A key of a ConfigMap or a Secret. */
    static List<String> key(String key) {
        var objections = tooLong(key, SUBDOMAIN_LENGTH);
        if (!IS_KEY.matches(key)) {
            objections.add("a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                    + example(KEY, "'key.name',  or 'KEY_NAME',  or 'key-name'"));
        }
        if (key.equals(".")) {
            objections.add("must not be '.'");
        } else if (key.equals("..")) {
            objections.add("must not be '..'");
        } else if (key.startsWith("..")) {
            objections.add("must not start with '..'");
        }
        return objections;
    }

    /** An environment variable: anything that prints but the equals sign. */
    static List<String> variable(String name) {
        boolean printable = name.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '=');
        if (name.isEmpty()) {
            return List.of("environment variable name must be non-empty");
        }
        return printable
                ? List.of()
                : List.of("a valid environment variable name must consist only of printable ASCII characters other than"
                        + " '='");
    }

    static boolean isCIdentifier(String name) {
        return IS_C_IDENTIFIER.matches(name);
    }

    static List<String> port(String name) {
        var objections = tooLong(name, PORT_LENGTH);
        if (!IS_PORT.matches(name)) {
            objections.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            objections.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            objections.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            objections.add("must not begin or end with a hyphen");
        }
        return objections;
    }

    /** An annotation's key: as a qualified name, in any case. */
    static List<String> annotation(String name) {
        return qualified(name.toLowerCase(Locale.ROOT));
    }

    private static List<String> tooLong(String name, int most) {
        List<String> objections = new ArrayList<>();
        if (name.length() > most) {
            objections.add("must be no more than " + most + " characters");
        }
        return objections;
    }

    private static String example(String pattern, String examples) {
        return " (e.g. " + examples + ", regex used for validation is '" + pattern + "')";
    }
}
