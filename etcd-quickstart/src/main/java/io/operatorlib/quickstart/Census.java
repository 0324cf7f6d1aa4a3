package io.operatorlib.quickstart;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.cluster.Member;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who belongs to an etcd cluster, as its members themselves say, and with one voice.
 *
 * @param clusterId the cluster's own ID
 * @param voters their names
 * @param learners how many have no vote
 */
record Census(long clusterId, Set<String> voters, int learners) {
    private static final int TRY_MILLIS = 1000;

    /**
     * Asks each member.
     *
     * @return empty where one of them gave no answer, or another one than the rest
     */
    static Optional<Census> take(List<String> clientUrls) throws InterruptedException {
        Census first = null;
        for (String url : clientUrls) {
            var said = ask(url);
            if (said.isEmpty() || (first != null && !first.equals(said.get()))) {
                return Optional.empty();
            }
            first = said.get();
        }
        return Optional.ofNullable(first);
    }

    private static Optional<Census> ask(String clientUrl) throws InterruptedException {
        try (var client =
                Client.builder().endpoints(clientUrl).waitForReady(false).build()) {
            var list = client.getClusterClient().listMember().get(TRY_MILLIS, TimeUnit.MILLISECONDS);
            var voters = new TreeSet<String>();
            int learners = 0;
            for (Member member : list.getMembers()) {
                if (member.isLearner()) {
                    learners++;
                } else {
                    voters.add(member.getName());
                }
            }
            return Optional.of(new Census(list.getHeader().getClusterId(), voters, learners));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }
}
