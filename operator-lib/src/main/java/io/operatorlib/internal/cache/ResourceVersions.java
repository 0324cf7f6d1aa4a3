package io.operatorlib.internal.cache;

import java.util.OptionalInt;

/**
 * Order among resource versions. They are opaque, except that where both are whole numbers their order is that of the
 * writes (KEP-5504).
 */
public final class ResourceVersions {
    private ResourceVersions() {}

    /** Compares two versions; empty where they cannot be. */
    public static OptionalInt compare(String a, String b) {
        if (!number(a) || !number(b)) {
            return OptionalInt.empty();
        }
        int byLength = Integer.compare(a.length(), b.length());
        return OptionalInt.of(byLength != 0 ? byLength : a.compareTo(b));
    }

    /** Tells whether the first version is known to be older than the second. */
    public static boolean older(String a, String b) {
        var order = compare(a, b);
        return order.isPresent() && order.getAsInt() < 0;
    }

    private static boolean number(String version) {
        return !version.isEmpty()
                && version.chars().allMatch(c -> c >= '0' && c <= '9')
                && (version.charAt(0) != '0' || version.length() == 1);
    }
}
