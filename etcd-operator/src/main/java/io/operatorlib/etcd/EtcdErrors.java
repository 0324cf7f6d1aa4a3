package io.operatorlib.etcd;

import io.grpc.Status;
import io.operatorlib.etcd.EtcdException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What etcd's refusals mean: by their gRPC code first, and by their words only where one code stands for several.
 *
 * @see <a href="https://github.com/etcd-io/etcd/blob/main/api/v3rpc/rpctypes/error.go">etcd's list of errors</a>
 */
final class EtcdErrors {
    private EtcdErrors() {}

    static Reason reason(Status status) {
        String words = String.valueOf(status.getDescription());
        return switch (status.getCode()) {
            case UNAVAILABLE -> words.contains("unhealthy cluster") ? Reason.UNHEALTHY : Reason.NO_ANSWER;
            case DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL -> Reason.NO_ANSWER;
            case NOT_FOUND -> Reason.NOT_FOUND;
            case FAILED_PRECONDITION, INVALID_ARGUMENT, RESOURCE_EXHAUSTED -> precondition(words);
            default -> Reason.REFUSED;
        };
    }

    private static Reason precondition(String words) {
        if (words.contains("in sync with leader")) {
            return Reason.NOT_IN_SYNC;
        }
        if (words.contains("too many learner")) {
            return Reason.TOO_MANY_LEARNERS;
        }
        if (words.contains("not leader")) {
            return Reason.NOT_LEADER;
        }
        if (words.contains("unhealthy cluster") || words.contains("not enough started")) {
            return Reason.UNHEALTHY;
        }
        boolean already = words.contains("already exist") || words.contains("can only promote a learner member");
        return already ? Reason.ALREADY : Reason.REFUSED;
    }

    /** An error for people: etcd's own words, or the code's; nothing that differs from one time to the next. */
    static String words(@Nullable Throwable error) {
        var status = error == null ? Status.UNKNOWN : Status.fromThrowable(error);
        String words = status.getDescription();
        if (words != null && words.startsWith("etcdserver:")) {
            return words;
        }
        return switch (status.getCode()) {
            case UNAVAILABLE -> "unreachable";
            case DEADLINE_EXCEEDED -> "no answer in time";
            default -> "gRPC " + status.getCode();
        };
    }
}
