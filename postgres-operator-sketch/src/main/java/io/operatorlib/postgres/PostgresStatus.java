package io.operatorlib.postgres;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a PostgreSQL cluster stands.
 *
 * @param primary who is to write; empty for nobody
 * @param ready how many instances serve
 * @param timeline counts the promotions
 * @param maximumLossBytes how much of what was acknowledged an abrupt failover now may lose; null where that is not known
 */
public record PostgresStatus(
        String primary,
        int ready,
        int timeline,
        String phase,
        @Nullable Long maximumLossBytes,
        List<Instance> instances) {

    /** One instance, as it says itself. */
    public record Instance(
            String name,
            String role,
            int timeline,
            boolean streaming,
            @Nullable String problem) {
        static Instance of(InstanceState state) {
            String role = state.role().name().toLowerCase(Locale.ROOT);
            String problem = state.problem().isEmpty() ? null : state.problem();
            return new Instance(
                    state.name(), role, state.data().timeline(), state.data().streaming(), problem);
        }
    }
}
