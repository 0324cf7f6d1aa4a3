package io.operatorlib.etcd.legacy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of CoreOS's {@code v1beta2}. */
public record V1Beta2Status(
        @Nullable String phase,
        @Nullable String reason,
        @Nullable Boolean controlPaused,
        List<OldCondition> conditions,
        @Nullable Integer size,
        @Nullable String serviceName,
        @Nullable Integer clientPort,
        @Nullable Members members,
        @Nullable String currentVersion,
        @Nullable String targetVersion) {

    /** A condition, older than Kubernetes' conventions for them. */
    public record OldCondition(
            @Nullable String type,
            @Nullable String status,
            @Nullable String lastUpdateTime,
            @Nullable String lastTransitionTime,
            @Nullable String reason,
            @Nullable String message) {}

    /** The pods of members. */
    public record Members(List<String> ready, List<String> unready) {}
}
