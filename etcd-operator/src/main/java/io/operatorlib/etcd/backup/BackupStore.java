package io.operatorlib.etcd.backup;

import io.operatorlib.crd.Description;
import org.jspecify.annotations.Nullable;

/**
 * Where snapshots are.
 *
 * @param type whose object store it is
 * @param path the bucket or container, a slash, and the object's name or the beginning of it
 * @param secret with what it takes to be let in
 * @param endpoint where it is not the provider's own
 * @param forcePathStyle whether the bucket stands in the path and not in the host's name
 */
public record BackupStore(
        @Description("Whose object store it is.") @Nullable Type type,

        @Description("The bucket or container, a slash, and the object's name or the beginning of it.") @Nullable
        String path,

        @Description("The Secret with what it takes to be let in.") @Nullable
        String secret,

        @Description("Where it is not the provider's own.") @Nullable
        String endpoint,

        @Description("Whether the bucket stands in the path and not in the host's name.") @Nullable
        Boolean forcePathStyle) {

    /** The object stores that CoreOS's operator knew. */
    public enum Type {
        /** Amazon's, and whatever speaks its protocol. */
        S3,
        /** Azure's. */
        ABS,
        /** Google's. */
        GCS,
        /** Alibaba's. */
        OSS
    }
}
