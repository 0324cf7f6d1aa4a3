package io.operatorlib;

import io.kubernetes.client.common.KubernetesObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step of a {@link Plan}. */
public sealed interface Step {

    /** Creates an object that must not exist yet; where it does, the step fails with {@code AlreadyExists}. */
    record Create(KubernetesObject object) implements Step {}

    /** Server-side apply; skipped where the live object already is what our field manager would make of it. */
    record Apply(KubernetesObject object) implements Step {}

    /**
     * Merge-patches the object with that UID; skipped where it would change nothing. A {@code null} value removes.
     */
    record Patch(Target target, Map<String, ?> patch) implements Step {}

    /**
     * Deletes the object with that UID and, where given, that resource version. An object that is gone is a success.
     *
     * @param grace the grace period; null for the object's own
     */
    record Delete(
            Target target,
            @Nullable String resourceVersion,
            @Nullable Duration grace) implements Step {}

    /** Has an act performed. */
    record Perform(Act act) implements Step {}

    /** An observed object. */
    record Target(Class<? extends KubernetesObject> type, ResourceKey key, String uid) {}
}
