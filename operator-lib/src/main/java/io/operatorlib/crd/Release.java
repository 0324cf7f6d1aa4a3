package io.operatorlib.crd;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of an operator, in the order of semantic versioning: {@code 1.9.0} before {@code 1.10.0-rc.1} before
 * {@code 1.10.0}. What follows a plus sign does not count.
 */
record Release(String text, List<Long> numbers, List<String> preview) implements Comparable<Release> {
    private static final Pattern FORM =
            Pattern.compile("v?(\\d{1,18}(?:\\.\\d{1,18})*)(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");

    /** Reads a release. */
    static Release of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a release such as 1.4.0: \"" + text + "\"");
        }
        String preview = matcher.group(2);
        return new Release(
                text,
                Arrays.stream(matcher.group(1).split("\\.")).map(Long::valueOf).toList(),
                preview == null ? List.of() : List.of(preview.split("\\.")));
    }

    static boolean readable(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(Release other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = Long.compare(number(i), other.number(i));
            if (order != 0) {
                return order;
            }
        }
        if (preview.isEmpty() || other.preview.isEmpty()) {
            return Boolean.compare(preview.isEmpty(), other.preview.isEmpty());
        }
        for (int i = 0; i < Math.min(preview.size(), other.preview.size()); i++) {
            int order = word(preview.get(i), other.preview.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(preview.size(), other.preview.size());
    }

    private long number(int i) {
        return i < numbers.size() ? numbers.get(i) : 0;
    }

    // numbers by value and before words
    private static int word(String a, String b) {
        boolean first = a.matches("\\d{1,18}");
        boolean second = b.matches("\\d{1,18}");
        if (first && second) {
            return Long.compare(Long.parseLong(a), Long.parseLong(b));
        }
        return first == second ? a.compareTo(b) : Boolean.compare(second, first);
    }

    @Override
    public String toString() {
        return text;
    }
}
