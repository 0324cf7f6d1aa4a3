package io.operatorlib.testing.apiserver;

import java.util.regex.Pattern;

/** Which texts Kubernetes takes as names, and its words for the others. */
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SUBDOMAIN = 253;

    static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                    + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    static final String LABEL_1035_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                    + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used"
                    + " for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    static final String LABEL_VALUE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                    + " regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    static final String QUALIFIED_RULE =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                    + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation"
                    + " is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private Names() {}

    static boolean isLabel(String name) {
        return name.length() <= LONGEST_LABEL && LABEL.matcher(name).matches();
    }

    static boolean isLabel1035(String name) {
        return name.length() <= LONGEST_LABEL && LABEL_1035.matcher(name).matches();
    }

    static boolean isSubdomain(String name) {
        return name.length() <= LONGEST_SUBDOMAIN && SUBDOMAIN.matcher(name).matches();
    }

    static boolean isLabelValue(String value) {
        return value.isEmpty()
                || (value.length() <= LONGEST_LABEL && QUALIFIED.matcher(value).matches());
    }

    /** {@code prefix/name}, the prefix and its slash being optional. */
    static boolean isQualifiedName(String text) {
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        return (slash < 0 || isSubdomain(text.substring(0, slash)))
                && name.length() <= LONGEST_LABEL
                && QUALIFIED.matcher(name).matches();
    }

    /** What is wrong with the length of a name; empty where nothing is. */
    static String tooLong(String name, int most) {
        return name.length() > most ? "must be no more than " + most + " characters" : "";
    }
}
