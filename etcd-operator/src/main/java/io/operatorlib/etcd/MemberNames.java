package io.operatorlib.etcd;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Names for new members: the cluster's name and five random characters. A name is given once, for it stands for one
 * data directory; one in thirty million is drawn twice in a cluster's life.
 */
final class MemberNames {
    // no vowels, which would make words, and no characters that look like others
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int LENGTH = 5;

    private MemberNames() {}

    /** Draws names that are not among the taken ones. */
    static List<String> draw(String cluster, long nonce, int number, Collection<String> taken) {
        var names = new ArrayList<String>();
        var used = new HashSet<>(taken);
        for (long state = nonce; names.size() < number; ) {
            state += 0x9E3779B97F4A7C15L;
            String name = cluster + "-" + suffix(mix(state));
            if (used.add(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Characters for a token. */
    static String suffix(long random) {
        var suffix = new StringBuilder();
        long rest = random >>> 1;
        for (int i = 0; i < LENGTH; i++) {
            suffix.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return suffix.toString();
    }

    // SplitMix64's finisher: neighbouring states give names that have nothing in common
    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
