package io.operatorlib.etcd;

import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import io.operatorlib.crd.PreserveUnknown;
import io.operatorlib.crd.Rule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user wishes of an etcd cluster. Of a cluster that has begun, only {@code size} and {@code paused} can be
 * changed.
 *
 * @param size how many voting members; 0 puts a cluster with persistent storage to sleep; null only of what was written
 *     in an older version, and then it says nothing: least of all that members are to go
 * @param version of etcd, for example {@code 3.6.16}
 * @param repository the image's name without its tag; the tag is {@code v} and the version
 * @param image the whole image, tag or digest included, in place of repository and version's tag
 * @param storage where members keep their data; in their pods where it is left out
 * @param resources of each member's container
 * @param scheduling on which nodes members run, and when a node counts as gone
 * @param options of etcd itself
 * @param legacy wishes of CoreOS's manifests that have no place in this one
 * @param paused whether the operator is to leave the cluster alone
 */
@Description("What is wished of an etcd cluster. Once it has begun, only size and paused can be changed.")
@Rule(
        value = "has(self.size)",
        message = "size is missing: say how many members the cluster is to have",
        fieldPath = ".size")
@Rule(
        value = "!has(self.size) || self.size != 0 || (has(self.storage) && has(self.storage.persistent))",
        message = "size 0 puts the cluster to sleep on its volumes, and needs storage.persistent: without it all data"
                + " would be lost",
        fieldPath = ".size")
@Rule(
        value = "!has(self.image) || !has(self.repository)",
        message = "image stands in place of repository: give one of them",
        fieldPath = ".image")
public record EtcdClusterSpec(
        @Description("How many voting members, 1 to 7; even sizes tolerate no more failures than the odd ones below"
                + " them. 0 puts a cluster with persistent storage to sleep.")
        @Minimum(0)
        @Maximum(LARGEST_SIZE)
        @Nullable
        Integer size,

        @Description("The version of etcd, for example 3.6.16.")
        @MaxLength(32)
        @Rule(value = "self.matches('" + SpecCheck.VERSION + "')", message = SpecCheck.VERSION_ADVICE)
        @Rule(value = "!self.matches('" + SpecCheck.CORRUPTING + "')", message = SpecCheck.CORRUPTING_ADVICE)
        String version,

        @Description("The image's name without its tag; quay.io/coreos/etcd where it is left out.")
        @MaxLength(253)
        @Nullable
        String repository,

        @Description("The whole image, tag or digest included, in place of repository. It must be of the given"
                + " version.")
        @MaxLength(512)
        @Nullable
        String image,

        @Description("Where members keep their data; in their pods where it is left out.") @Nullable
        Storage storage,

        @Description("The resources of each member's container.") @Nullable
        V1ResourceRequirements resources,

        @Description("On which nodes members run, and when a node counts as gone.") @Nullable
        Scheduling scheduling,

        @Description("Options of etcd itself.") @Nullable EtcdOptions options,

        @Description(
                "Wishes of a manifest of CoreOS's operator that have no place here. The cluster is not touched while"
                        + " there are some that cannot be met.")
        @PreserveUnknown
        @Nullable
        Map<String, Object> legacy,

        @Description("Leaves the cluster alone: nothing is changed, its state is still observed.") @Nullable
        Boolean paused) {

    /** More voters slow every write down and gain little: etcd's own advice. */
    public static final int LARGEST_SIZE = 7;

    /**
     * How many voting members are wished, where that is said.
     *
     * @throws IllegalStateException where it is not: {@link SpecCheck} is asked before
     */
    int wished() {
        if (size == null) {
            throw new IllegalStateException("the spec has no size");
        }
        return size;
    }

    public boolean isPaused() {
        return Boolean.TRUE.equals(paused);
    }

    /** Tells whether members keep their data outside their pods. */
    public boolean persistent() {
        return storage != null && storage.persistent() != null;
    }
}
