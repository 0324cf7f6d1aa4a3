package io.operatorlib.etcd;

import com.google.gson.annotations.SerializedName;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Where members keep their data: in their pods, or on a volume each. A member that loses its pod loses what it kept in
 * it, and is replaced; on a volume it comes back as it was.
 */
@Rule(value = "!(has(self.emptyDir) && has(self.persistent))", message = "give emptyDir or persistent, not both")
public record Storage(
        @Description("The pod's own space: a member that loses its pod loses its data, and is replaced.") @Nullable
        EmptyDir emptyDir,

        @Description("A volume of each member's own.") @Nullable
        Persistent persistent) {

    /**
     * The pod's own space.
     *
     * @param sizeLimit how much, for example {@code 1Gi}; no limit where it is left out
     */
    public record EmptyDir(
            @MaxLength(32)
            @Rule(value = "self.matches('" + SpecCheck.QUANTITY + "')", message = SpecCheck.QUANTITY_ADVICE)
            @Nullable
            String sizeLimit) {}

    /**
     * A volume of each member's own.
     *
     * @param size for example {@code 8Gi}
     * @param storageClassName the cluster's default class where it is left out
     * @param retention what becomes of a volume when its member leaves, and when the cluster is deleted
     */
    public record Persistent(
            @Description("For example 8Gi.")
            @MaxLength(32)
            @Rule(value = "self.matches('" + SpecCheck.QUANTITY + "')", message = SpecCheck.QUANTITY_ADVICE)
            String size,

            @Description("The default class where it is left out.") @MaxLength(253) @Nullable
            String storageClassName,

            @Description("What becomes of a volume when its member leaves, and when the cluster is deleted. A retained"
                    + " one is never a member's again.")
            @Nullable
            Retention retention) {

        public boolean retained() {
            return retention == Retention.RETAIN;
        }
    }

    /** What becomes of a volume that is no member's any more. */
    public enum Retention {
        /** It is deleted. */
        @SerializedName("Delete")
        DELETE,
        /** It is kept, labelled as retired. It is never a member's again. */
        @SerializedName("Retain")
        RETAIN
    }
}
