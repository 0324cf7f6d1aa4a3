package io.operatorlib.etcd;

import com.google.gson.annotations.SerializedName;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import io.operatorlib.crd.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of etcd that may be chosen: those that cannot endanger the data or the membership. What is left out has
 * etcd's own default.
 */
@Rule(
        value = "!has(self.electionTimeoutMillis) || self.electionTimeoutMillis >= 5 *"
                + " (has(self.heartbeatIntervalMillis) ? self.heartbeatIntervalMillis : 100)",
        message = "the election timeout must be five heartbeat intervals at least",
        fieldPath = ".electionTimeoutMillis")
@Rule(
        value = "!has(self.heartbeatIntervalMillis) || has(self.electionTimeoutMillis) ||"
                + " self.heartbeatIntervalMillis <= 200",
        message = "a heartbeat interval above 200 ms needs an election timeout of five times as much",
        fieldPath = ".heartbeatIntervalMillis")
@Rule(
        value = "has(self.autoCompactionMode) == has(self.autoCompactionRetention)",
        message = "autoCompactionMode and autoCompactionRetention go together")
public record EtcdOptions(
        @Description("How large the database may become; 2 GiB where it is left out, 8 GiB is etcd's advice at most.")
        @Minimum(16_777_216)
        @Nullable
        Long quotaBackendBytes,

        @Minimum(1024) @Maximum(16_777_216) @Nullable Long maxRequestBytes,
        @Minimum(1) @Maximum(65_536) @Nullable Integer maxTxnOps,
        @Minimum(100) @Nullable Long snapshotCount,
        @Minimum(10) @Maximum(10_000) @Nullable Integer heartbeatIntervalMillis,
        @Minimum(50) @Maximum(50_000) @Nullable Integer electionTimeoutMillis,
        @Nullable CompactionMode autoCompactionMode,

        @MaxLength(32)
        @Rule(
                value = "self.matches('^[0-9]+(h|m|s)?$')",
                message = "must be a number of revisions or hours, or a time such as 30m")
        @Nullable
        String autoCompactionRetention) {

    /** What {@code autoCompactionRetention} counts. */
    public enum CompactionMode {
        @SerializedName("periodic")
        PERIODIC("periodic"),
        @SerializedName("revision")
        REVISION("revision");

        private final String flag;

        CompactionMode(String flag) {
            this.flag = flag;
        }
    }

    /** As etcd's command line has them. */
    public List<String> flags() {
        var flags = new ArrayList<String>();
        flag(flags, "quota-backend-bytes", quotaBackendBytes);
        flag(flags, "max-request-bytes", maxRequestBytes);
        flag(flags, "max-txn-ops", maxTxnOps);
        flag(flags, "snapshot-count", snapshotCount);
        flag(flags, "heartbeat-interval", heartbeatIntervalMillis);
        flag(flags, "election-timeout", electionTimeoutMillis);
        flag(flags, "auto-compaction-mode", autoCompactionMode == null ? null : autoCompactionMode.flag);
        flag(flags, "auto-compaction-retention", autoCompactionRetention);
        return flags;
    }

    private static void flag(List<String> flags, String name, @Nullable Object value) {
        if (value != null) {
            flags.add("--" + name + "=" + value);
        }
    }
}
