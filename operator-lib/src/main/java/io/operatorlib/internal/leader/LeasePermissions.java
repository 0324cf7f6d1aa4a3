package io.operatorlib.internal.leader;

import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.leader.LeaderElection;
import io.operatorlib.spi.KubeApi;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the permissions that an election needs and does not have. */
final class LeasePermissions {
    private static final Logger LOG = LoggerFactory.getLogger(LeasePermissions.class);

    private static final List<String> NEEDED = List.of("get", "create", "update");
    private static final List<String> USEFUL = List.of("watch");

    private LeasePermissions() {}

    /** What is missing, in a few words; empty for nothing that is needed, or where the API does not tell. */
    static String missing(LeaseClient client, LeaderElection election, Duration deadline) {
        try {
            List<String> missing = client.missing(NEEDED, deadline);
            if (!missing.isEmpty()) {
                LOG.error(
                        "no leader can be elected: grant these verbs on leases of coordination.k8s.io lease={} verbs={}",
                        client,
                        missing);
                return "no permission to " + String.join(", ", missing) + " leases.coordination.k8s.io " + client;
            }
            if (!client.missing(USEFUL, deadline).isEmpty()) {
                LOG.warn(
                        "a free lease is noticed late: grant watch on leases of coordination.k8s.io lease={} looks_every={}",
                        client,
                        election.retry());
            }
        } catch (ApiException | KubeApi.NoReplyException e) {
            LOG.debug("permissions are not told lease={}", client, e);
        }
        return "";
    }
}
