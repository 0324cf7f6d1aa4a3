package io.operatorlib.etcd;

import io.operatorlib.Meta;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is wrong with a spec, for people: the schema's rules once more, for an API server that did not put them, and
 * for objects that are older than they are.
 */
final class SpecCheck {
    /** Learners, by which members are added, are in etcd since 3.4. */
    static final String VERSION = "^v?3[.]([4-9]|[1-9][0-9])[.](0|[1-9][0-9]*)$";

    static final String VERSION_ADVICE =
            "must be an etcd release from 3.4.0 on, with all three numbers, such as 3.6.16";

    /** etcd may corrupt its data: see its data inconsistency advisory. */
    static final String CORRUPTING = "^v?3[.]5[.][0-2]$";

    static final String CORRUPTING_ADVICE = "etcd 3.5.0 to 3.5.2 may corrupt its data: choose a later version";

    /** A number of bytes, as Kubernetes writes it. */
    static final String QUANTITY = "^[0-9]+([.][0-9]+)?([KMGTP]i|[kMGTP])?$";

    static final String QUANTITY_ADVICE = "must be a number of bytes, such as 8Gi";

    static final String NAME = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

    private static final Pattern KNOWN = Pattern.compile(VERSION);
    private static final Pattern CORRUPT = Pattern.compile(CORRUPTING);
    private static final Pattern PLAIN = Pattern.compile(NAME);

    private SpecCheck() {}

    /** All that is wrong with it, in one text; empty where nothing is. */
    static Optional<String> problem(Meta meta, EtcdClusterSpec spec) {
        var problems = new ArrayList<String>();
        if (meta.name().length() > EtcdCluster.LONGEST_NAME
                || !PLAIN.matcher(meta.name()).matches()) {
            problems.add("metadata.name must be a DNS label of at most " + EtcdCluster.LONGEST_NAME
                    + " characters that begins with a letter: pods and Services are named after it");
        }
        var unmet = LegacyWishes.unmet(spec.legacy());
        if (!unmet.isEmpty()) {
            problems.add(LegacyWishes.advice(unmet));
        }
        size(spec).ifPresent(problems::add);
        version(spec).ifPresent(problems::add);
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    private static Optional<String> size(EtcdClusterSpec spec) {
        Integer size = spec.size();
        if (size == null) {
            return Optional.of("spec.size is missing: say how many members the cluster is to have (v1beta2's size 0"
                    + " means the same as none); no member is made or removed before");
        }
        if (size < 0 || size > EtcdClusterSpec.LARGEST_SIZE) {
            return Optional.of("spec.size must be between 0 and " + EtcdClusterSpec.LARGEST_SIZE);
        }
        return size == 0 && !spec.persistent()
                ? Optional.of("spec.size 0 puts the cluster to sleep on its volumes, and needs"
                        + " spec.storage.persistent: without it all data would be lost")
                : Optional.empty();
    }

    private static Optional<String> version(EtcdClusterSpec spec) {
        if (!KNOWN.matcher(spec.version()).matches()) {
            return Optional.of("spec.version is " + spec.version() + ", and " + VERSION_ADVICE);
        }
        return CORRUPT.matcher(spec.version()).matches()
                ? Optional.of("spec.version: " + CORRUPTING_ADVICE)
                : Optional.empty();
    }
}
