package io.operatorlib.postgres.instance;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Which instance this is.
 *
 * @param uid of its pod: two pods of one name are two candidates, for the one before may still run where nobody sees it
 * @param lease how long its right to write lasts without renewal
 */
public record Identity(String name, String uid, String cluster, String namespace, Duration lease) {

    /** As the pod's environment has it. */
    public static Identity read(Map<String, String> environment) {
        return new Identity(
                text(environment, "POD_NAME"),
                text(environment, "POD_UID"),
                text(environment, "CLUSTER"),
                text(environment, "POD_NAMESPACE"),
                Duration.ofSeconds(Long.parseLong(text(environment, "LEASE_SECONDS"))));
    }

    static String text(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }
}
