package io.operatorlib.etcd;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.MemberAddRequest;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberListResponse;
import io.etcd.jetcd.api.MemberPromoteRequest;
import io.etcd.jetcd.api.MemberRemoveRequest;
import io.etcd.jetcd.api.MoveLeaderRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Real etcd, spoken to through jetcd's stubs: one cached connection for each member, a deadline on every call, and no
 * waiting for a connection to become ready.
 *
 * <p>jetcd's own client is not used: it asks a member's status over a new connection each time, reads the member list
 * from whichever member it likes and not by quorum, has no deadlines, and cannot say which member is to be asked.
 */
public final class JetcdEtcd implements Etcd, AutoCloseable {
    /** Longer than an ordinary election, shorter than what one observation may take. */
    static final Duration READ_DEADLINE = Duration.ofMillis(1500);

    /** For an answer that was on its way when its deadline passed. */
    private static final Duration SLACK = Duration.ofMillis(500);

    /** A key that nobody uses: what counts is that reading it takes a quorum. */
    private static final ByteString ANY_KEY = ByteString.copyFromUtf8("\0operatorlib");

    /** {@code MemberListRequest.linearizable}, which etcd 3.5 added and jetcd's types lack. */
    private static final int LINEARIZABLE_FIELD = 1;

    private final EtcdChannels channels = new EtcdChannels();

    /** What one endpoint answered; null where it did not. */
    private record Answer(
            @Nullable RangeResponse read, @Nullable StatusResponse status, String why) {

        Optional<ResponseHeader> header() {
            if (read != null) {
                return Optional.of(read.getHeader());
            }
            return status == null ? Optional.empty() : Optional.of(status.getHeader());
        }
    }

    private record Question(
            Endpoint endpoint, ListenableFuture<RangeResponse> read, ListenableFuture<StatusResponse> status) {}

    @Override
    public Membership observe(long clusterId, List<Endpoint> endpoints) {
        var answers = ask(clusterId, endpoints);
        var able = endpoints.stream()
                .filter(endpoint -> answered(answers, endpoint).read() != null)
                .toList();
        if (able.isEmpty()) {
            throw new EtcdException(EtcdException.Reason.NO_QUORUM, complaint(endpoints, answers));
        }
        long leader = leader(answers);
        long leadersIndex = indexOf(leader, answers);
        var members = list(able.get(0)).getMembersList().stream()
                .map(line -> member(line, answers, leadersIndex))
                .toList();
        return new Membership(clusterId, leader, members);
    }

    private Map<String, Answer> ask(long clusterId, List<Endpoint> endpoints) {
        var questions = new ArrayList<Question>();
        for (Endpoint endpoint : endpoints) {
            var channel = channels.of(endpoint.clientUrl());
            var read = KVGrpc.newFutureStub(channel)
                    .withDeadlineAfter(READ_DEADLINE)
                    .range(RangeRequest.newBuilder()
                            .setKey(ANY_KEY)
                            .setCountOnly(true)
                            .build());
            var status = MaintenanceGrpc.newFutureStub(channel)
                    .withDeadlineAfter(READ_DEADLINE)
                    .status(StatusRequest.getDefaultInstance());
            questions.add(new Question(endpoint, read, status));
        }
        var answers = new HashMap<String, Answer>();
        for (Question question : questions) {
            answers.put(question.endpoint().peerUrl(), answer(clusterId, question));
        }
        return answers;
    }

    private static Answer answer(long clusterId, Question question) {
        var errors = new ArrayList<String>();
        var read = await(question.read(), errors);
        var status = await(question.status(), errors);
        var answer = new Answer(read, status, errors.isEmpty() ? "" : errors.get(0));
        boolean foreign = answer.header()
                .filter(header -> header.getClusterId() != clusterId)
                .isPresent();
        return foreign ? new Answer(null, null, "another cluster answers at its address") : answer;
    }

    private static <R> @Nullable R await(ListenableFuture<R> future, List<String> errors) {
        try {
            return future.get(READ_DEADLINE.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            errors.add(EtcdErrors.words(e.getCause()));
        } catch (TimeoutException e) {
            errors.add("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EtcdException(EtcdException.Reason.NO_ANSWER, "interrupted", e);
        }
        future.cancel(true);
        return null;
    }

    private MemberListResponse list(Endpoint endpoint) {
        var linearizable = UnknownFieldSet.newBuilder()
                .addField(
                        LINEARIZABLE_FIELD,
                        UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        return call(() -> ClusterGrpc.newBlockingStub(channels.of(endpoint.clientUrl()))
                .withDeadlineAfter(READ_DEADLINE)
                .memberList(MemberListRequest.newBuilder()
                        .setUnknownFields(linearizable)
                        .build()));
    }

    private static Membership.Member member(
            io.etcd.jetcd.api.Member line, Map<String, Answer> answers, long leadersIndex) {
        String url = line.getPeerURLsCount() == 0 ? "" : line.getPeerURLs(0);
        return new Membership.Member(
                line.getID(),
                line.getName(),
                url,
                line.getClientURLsCount() > 0,
                line.getIsLearner(),
                health(line, answers.getOrDefault(url, new Answer(null, null, "it has no address")), leadersIndex));
    }

    private static Membership.Health health(io.etcd.jetcd.api.Member line, Answer answer, long leadersIndex) {
        var other = answer.header().filter(header -> header.getMemberId() != line.getID());
        if (other.isPresent()) {
            return new Membership.Silent("another member answers at its address");
        }
        var status = answer.status();
        if (line.getIsLearner() && status != null && !Membership.caughtUp(status.getRaftIndex(), leadersIndex)) {
            return new Membership.Silent("it has not caught up with the leader");
        }
        boolean able = line.getIsLearner() || answer.read() != null;
        return able && status != null
                ? new Membership.Serving(
                        status.getVersion(),
                        status.getErrorsList().stream().sorted().toList())
                : new Membership.Silent(answer.why());
    }

    private static long leader(Map<String, Answer> answers) {
        long term = 0;
        long leader = 0;
        for (Answer answer : answers.values()) {
            var status = answer.status();
            if (status != null && status.getLeader() != 0 && Long.compareUnsigned(status.getRaftTerm(), term) >= 0) {
                term = status.getRaftTerm();
                leader = status.getLeader();
            }
        }
        return leader;
    }

    /** How far that member's log goes; 0 where it did not say. */
    private static long indexOf(long member, Map<String, Answer> answers) {
        for (Answer answer : answers.values()) {
            var status = answer.status();
            if (status != null && status.getHeader().getMemberId() == member) {
                return status.getRaftIndex();
            }
        }
        return 0;
    }

    private static Answer answered(Map<String, Answer> answers, Endpoint endpoint) {
        return answers.getOrDefault(endpoint.peerUrl(), new Answer(null, null, "was not asked"));
    }

    // the same words for the same state: they stand in a condition
    private static String complaint(List<Endpoint> endpoints, Map<String, Answer> answers) {
        var words = endpoints.stream()
                .map(endpoint -> answered(answers, endpoint).why())
                .distinct()
                .sorted()
                .toList();
        return "no member serves a read by quorum (" + String.join("; ", words) + ")";
    }

    @Override
    public void addLearner(Endpoint ask, String peerUrl, Duration atMost) {
        call(() -> cluster(ask, atMost)
                .memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs(peerUrl)
                        .setIsLearner(true)
                        .build()));
    }

    @Override
    public void promote(Endpoint ask, long memberId, Duration atMost) {
        call(() -> cluster(ask, atMost)
                .memberPromote(MemberPromoteRequest.newBuilder().setID(memberId).build()));
    }

    @Override
    public void remove(Endpoint ask, long memberId, Duration atMost) {
        call(() -> cluster(ask, atMost)
                .memberRemove(MemberRemoveRequest.newBuilder().setID(memberId).build()));
    }

    @Override
    public void moveLeader(Endpoint leader, long memberId, Duration atMost) {
        call(() -> MaintenanceGrpc.newBlockingStub(channels.of(leader.clientUrl()))
                .withDeadlineAfter(atMost)
                .moveLeader(MoveLeaderRequest.newBuilder().setTargetID(memberId).build()));
    }

    private ClusterGrpc.ClusterBlockingStub cluster(Endpoint ask, Duration atMost) {
        return ClusterGrpc.newBlockingStub(channels.of(ask.clientUrl())).withDeadlineAfter(atMost);
    }

    private static <R> R call(Supplier<R> request) {
        try {
            return request.get();
        } catch (StatusRuntimeException e) {
            throw new EtcdException(EtcdErrors.reason(e.getStatus()), EtcdErrors.words(e), e);
        }
    }

    /** How many connections are kept. */
    int connections() {
        return channels.size();
    }

    @Override
    public void close() {
        channels.close();
    }
}
