package io.operatorlib.postgres.instance;

import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState.Data;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * PostgreSQL in one pod: its data, its process, and the gate by which clients come to it. Used by one thread, but for
 * {@link #admits}. Whatever is called here may have taken effect when it throws, and may be called again.
 */
public interface Server {
    /** Everybody passes. */
    BooleanSupplier OPEN = () -> true;

    /** Nobody passes. */
    BooleanSupplier SHUT = () -> false;

    // ---- the data ----

    boolean empty();

    /** Tells whether the data is a replica's; else it was written to by a primary. */
    boolean standby();

    /** Under which epoch's right the data was last written to; 0 for never. */
    long epoch();

    /** Notes it before the first write, so that data never has writes that were not allowed for. */
    void epoch(long number) throws IOException;

    /** Makes the data of a new cluster; it is there whole, or not at all. */
    void initialise(Designation told) throws IOException, InterruptedException;

    /** Copies the primary's data; it is there whole, or not at all. */
    void copy(String host) throws IOException, InterruptedException;

    /** Brings data that went another way back to where the primary's begins to differ, and lets it follow from there. */
    void rewind(String host) throws IOException, InterruptedException;

    void discard() throws IOException;

    /** Tells whether another instance is a primary whose data one may follow, with its timeline in its control file. */
    boolean followable(String host) throws IOException, InterruptedException;

    // ---- the process ----

    boolean running();

    void start() throws IOException;

    /**
     * Stops, if it runs.
     *
     * @param orderly whether replicas are to get all there is, and a checkpoint to be written
     */
    void stop(boolean orderly) throws IOException, InterruptedException;

    /**
     * Sets all parameters; those that need no restart come into force at once.
     *
     * @param upstream whom to follow; empty for nobody
     * @return whether they are others than before
     */
    boolean configure(Designation told, String upstream) throws IOException, InterruptedException;

    /**
     * Makes a replica the primary, on the timeline of that number: two that were promoted without knowing of each other
     * must not count the same, or neither they nor their replicas could tell their logs apart.
     */
    void promote(long epoch) throws IOException, InterruptedException;

    /** How it stands; empty where it does not say. */
    Optional<Data> look() throws InterruptedException;

    /** Makes the user as whom replicas come. */
    void admitReplicas() throws InterruptedException;

    /** Keeps for these replicas what they have not received yet, and for nobody else. */
    void keepFor(List<String> replicas) throws InterruptedException;

    // ---- its clients ----

    /** From now on this must hold for clients to pass; who came in under another condition has to leave. */
    void admitWhile(BooleanSupplier holds);

    /** Tells whether clients may pass now; any thread may ask. */
    boolean admits();
}
