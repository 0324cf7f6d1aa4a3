package io.operatorlib.postgres.sim;

import io.operatorlib.postgres.Designation;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an instance of the model has on its volume. */
final class ModelData {
    /** The folder with the data; null where there is none. */
    @Nullable
    Files files;

    /** The note beside it. */
    long epoch;

    /** The folder with the data. */
    static final class Files {
        final String system;
        Wal log;
        boolean standby;

        /** Whether it was changed by half: nothing starts from it. */
        boolean torn;

        /** Whether replicas may come. */
        boolean replicator;

        /** What has to be there before anybody may look at it. */
        Wal consistent;

        /** The timeline as the control file has it, which is that of the last checkpoint. */
        int checkpoint;

        final Set<String> slots = new TreeSet<>();

        Optional<Settings> settings = Optional.empty();

        Files(String system, Wal log, boolean standby) {
            this.system = system;
            this.log = log;
            this.standby = standby;
            this.consistent = log;
            this.checkpoint = log.timeline();
        }
    }

    /** What the file of settings says. */
    record Settings(Designation told, String upstream) {
        /** Tells whether the other one sets the same. */
        boolean same(Settings other) {
            return upstream.equals(other.upstream)
                    && told.parameters().equals(other.told.parameters())
                    && told.synchronous().equals(other.told.synchronous());
        }
    }
}
