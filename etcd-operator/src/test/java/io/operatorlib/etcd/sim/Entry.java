package io.operatorlib.etcd.sim;

import java.util.List;

/** One entry of a member's raft log. */
record Entry(long term, Change change) {

    /** What an entry does when it is applied. */
    sealed interface Change {}

    /** A new leader's first entry. */
    record Nothing() implements Change {}

    record AddMember(long id, String name, String peerUrl, boolean learner) implements Change {}

    record PromoteMember(long id) implements Change {}

    record RemoveMember(long id) implements Change {}

    /** A member that has joined tells its name and where clients find it. */
    record Publish(long id, String name, List<String> clientUrls) implements Change {
        Publish {
            clientUrls = List.copyOf(clientUrls);
        }
    }

    record Put(String key, String value) implements Change {}
}
