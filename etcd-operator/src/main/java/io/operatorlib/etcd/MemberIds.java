package io.operatorlib.etcd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The IDs that etcd gives a statically bootstrapped cluster and its members: a function of peer URLs and token, so they
 * are known before anything runs. A member that is added later gets an ID that depends on the time.
 *
 * @see <a href="https://github.com/etcd-io/etcd/blob/main/server/etcdserver/api/membership/member.go">etcd's
 *     computeMemberID</a>
 */
public final class MemberIds {
    private MemberIds() {}

    /** The ID of a seed member with one peer URL. */
    public static long member(String peerUrl, String token) {
        return firstEightOfSha1((peerUrl + token).getBytes(StandardCharsets.UTF_8));
    }

    /** The ID of a cluster with these seed members. */
    public static long cluster(List<Long> memberIds) {
        var bytes = ByteBuffer.allocate(Long.BYTES * memberIds.size());
        memberIds.stream().sorted(Long::compareUnsigned).forEach(bytes::putLong);
        return firstEightOfSha1(bytes.array());
    }

    private static long firstEightOfSha1(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
