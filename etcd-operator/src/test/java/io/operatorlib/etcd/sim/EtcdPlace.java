package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.Etcd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** A place where members of etcd run, real ones or the model's: what {@link EtcdContract} is played on. */
interface EtcdPlace extends AutoCloseable {
    /** A member's name and where it is reached; its data stays with the name. */
    record Node(String name, String peerUrl, String clientUrl) {
        Etcd.Endpoint endpoint() {
            return new Etcd.Endpoint(peerUrl, clientUrl);
        }
    }

    /** The node with that number, from 1. */
    Node node(int number);

    /**
     * Starts a member.
     *
     * @param initialCluster who its first start is told of
     * @param state {@code new} or {@code existing}
     */
    void start(Node node, List<Node> initialCluster, String state, String token);

    /** SIGTERM; returns when the process has ended. */
    void stop(Node node);

    /** SIGKILL; returns when the process has ended. */
    void kill(Node node);

    /** Loses the data of a member that does not run. */
    void wipe(Node node);

    /** Keeps a copy of the data of a member that does not run, for {@link #setBack}. */
    void keep(Node node);

    /** Puts the copy in the place of the data of a member that does not run. */
    void setBack(Node node);

    /** The exit code of a process that has ended; empty while it runs. */
    OptionalInt exitCode(Node node);

    Etcd etcd();

    /** Writes at that member; tells whether the write was acknowledged within two seconds. */
    boolean put(Node node, String key, String value);

    /** Reads by quorum at that member. */
    Optional<String> get(Node node, String key);

    /** Lets time pass until the condition holds. */
    void await(Duration atMost, String what, BooleanSupplier condition);

    /** Lets time pass. */
    void pass(Duration time);

    @Override
    void close();
}
