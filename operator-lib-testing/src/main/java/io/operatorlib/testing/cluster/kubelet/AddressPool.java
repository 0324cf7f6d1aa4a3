package io.operatorlib.testing.cluster.kubelet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses that pods get, one each, from their first sight to their end. An address that was given back is given
 * again as late as possible, so that nobody who still knows it talks to another pod.
 */
public final class AddressPool {
    private final Range range;
    private final Map<String, String> byPod = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private int next;

    public AddressPool(Range range) {
        this.range = range;
    }

    /** The pod's address; a new one where it has none. */
    public String of(String podUid) {
        String known = byPod.get(podUid);
        if (known != null) {
            return known;
        }
        for (int tries = 0; tries < range.size(); tries++) {
            String address = range.address(next);
            next = (next + 1) % range.size();
            if (!edge(address) && taken.add(address)) {
                byPod.put(podUid, address);
                return address;
            }
        }
        throw new ContainerException("FailedCreatePodSandBox", "the address pool " + range + " is used up");
    }

    /** Takes an address that a pod has had before; a pod that has it already keeps it. */
    void claim(String podUid, String address) {
        if (!byPod.containsKey(podUid) && taken.add(address)) {
            byPod.put(podUid, address);
        }
    }

    public void release(String podUid) {
        Optional.ofNullable(byPod.remove(podUid)).ifPresent(taken::remove);
    }

    // programs and people take these for a network's own and its broadcast address
    private static boolean edge(String address) {
        return address.endsWith(".0") || address.endsWith(".255");
    }

    /**
     * A range of IPv4 addresses.
     *
     * @param base the first address
     * @param bits how many of the leading bits are common
     */
    public record Range(int base, int bits) {
        /** Fewer bits would leave no room, more than 30 no address but the edges. */
        public Range {
            if (bits < 8 || bits > 30) {
                throw new IllegalArgumentException("a range of addresses has 8 to 30 leading bits, not " + bits);
            }
            base = base & -(1 << (32 - bits));
        }

        /**
         * Reads {@code a.b.c.d/bits}.
         *
         * @throws IllegalArgumentException if the text has another form
         */
        public static Range parse(String text) {
            List<String> parts = List.of(text.split("[./]", -1));
            if (parts.size() != 5 || parts.stream().anyMatch(part -> !part.matches("\\d{1,3}"))) {
                throw new IllegalArgumentException("a range of addresses is a.b.c.d/bits, not " + text);
            }
            List<Integer> numbers = parts.stream().map(Integer::valueOf).toList();
            int base = numbers.subList(0, 4).stream().reduce(0, (sum, part) -> (sum << 8) | (part & 0xff));
            return new Range(base, numbers.get(4));
        }

        int size() {
            return 1 << (32 - bits);
        }

        String address(int index) {
            int address = base + index;
            return Stream.of(24, 16, 8, 0)
                    .map(shift -> String.valueOf((address >>> shift) & 0xff))
                    .reduce((a, b) -> a + "." + b)
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return address(0) + "/" + bits;
        }
    }
}
