package io.operatorlib.postgres.instance;

import io.operatorlib.spi.Scheduler;
import java.io.IOException;
import java.nio.file.Path;

/** Real servers, for tests outside this package. */
public final class RealServers {
    private RealServers() {}

    /**
     * A server, with the data that is in that folder.
     *
     * @param programs what stands before the name of each program
     */
    public static Server at(
            Path folder, String programs, String name, String address, String password, Scheduler scheduler)
            throws IOException {
        return new Postgres(new Postgres.Settings(folder, programs, name, address, password, password), scheduler);
    }
}
