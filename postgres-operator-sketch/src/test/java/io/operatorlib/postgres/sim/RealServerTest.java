package io.operatorlib.postgres.sim;

import io.operatorlib.testing.LeftOut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract on real PostgreSQL; side by side, since most of it is waiting. */
@Execution(ExecutionMode.CONCURRENT)
class RealServerTest extends ServerContract {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final AtomicInteger PLACES = new AtomicInteger();

    private final Path folder;

    RealServerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Override
    ServerPlace open() throws IOException {
        Optional<Path> programs = RealPlace.programs();
        if (programs.isEmpty()) {
            LEFT_OUT.say("the contract on real PostgreSQL: it needs one that tools/postgres-binaries finds");
        }
        Assumptions.assumeTrue(programs.isPresent());
        // two builds on one machine keep out of each other's way
        long half = ProcessHandle.current().pid() % 60;
        return new RealPlace(
                programs.orElseThrow(), folder, "127." + (184 + half % 60) + "." + PLACES.incrementAndGet());
    }
}
