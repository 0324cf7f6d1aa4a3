package io.operatorlib.postgres.sim;

import io.operatorlib.postgres.instance.Server;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** A place with PostgreSQL servers, real ones or the model's: what {@link ServerContract} is played on. */
interface ServerPlace extends AutoCloseable {
    /** An instance's server, with its data as it is; its processes are new where they were killed. */
    Server server(String instance) throws Exception;

    /** How other instances reach it. */
    String host(String instance);

    /** Ends all its processes at once. */
    void kill(String instance) throws Exception;

    /** A client writes that line there, or waits in vain for seconds; tells whether it was acknowledged. */
    boolean write(String instance, String line) throws Exception;

    /** Tells whether a client finds that line there. */
    boolean reads(String instance, String line) throws Exception;

    /** Lets time pass until the condition holds. */
    void await(String what, BooleanSupplier condition);

    @Override
    void close() throws IOException;
}
