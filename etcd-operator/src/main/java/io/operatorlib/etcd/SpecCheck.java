package io.operatorlib.etcd;

import io.operatorlib.Meta;
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

    static Optional<String> problem(Meta meta, EtcdClusterSpec spec) {
        if (meta.name().length() > EtcdCluster.LONGEST_NAME
                || !PLAIN.matcher(meta.name()).matches()) {
            return Optional.of("metadata.name must be a DNS label of at most " + EtcdCluster.LONGEST_NAME
                    + " characters that begins with a letter: pods and Services are named after it");
        }
        var unmet = LegacyWishes.unmet(spec.legacy());
        if (!unmet.isEmpty()) {
            return Optional.of(LegacyWishes.advice(unmet));
        }
        if (spec.size() < 0 || spec.size() > EtcdClusterSpec.LARGEST_SIZE) {
            return Optional.of("spec.size must be between 0 and " + EtcdClusterSpec.LARGEST_SIZE);
        }
        if (spec.size() == 0 && !spec.persistent()) {
            return Optional.of("spec.size 0 puts the cluster to sleep on its volumes, and needs"
                    + " spec.storage.persistent: without it all data would be lost");
        }
        if (!KNOWN.matcher(spec.version()).matches()) {
            return Optional.of("spec.version " + VERSION_ADVICE);
        }
        return CORRUPT.matcher(spec.version()).matches()
                ? Optional.of("spec.version: " + CORRUPTING_ADVICE)
                : Optional.empty();
    }
}
