package io.operatorlib.postgres.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresTest {
    @Test
    void locksThatNameAProcessOfThisContainerByChanceAreGoneAndTheDataStays(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path run = Files.createDirectories(folder.resolve("run"));
        String somebody = ProcessHandle.current().pid() + "\n";
        Files.writeString(data.resolve("postmaster.pid"), somebody);
        Files.writeString(data.resolve("PG_VERSION"), "15\n");
        Files.writeString(run.resolve(".s.PGSQL.5433.lock"), somebody);
        Files.writeString(run.resolve(".s.PGSQL.5433"), "");
        Postgres.sweep(data, run);
        assertThat(data).isDirectoryNotContaining("glob:**/postmaster.pid").isDirectoryContaining("glob:**/PG_VERSION");
        assertThat(run).isEmptyDirectory();
    }

    @Test
    void whereNothingWasLeftNothingIsMissed(@TempDir Path folder) throws Exception {
        Postgres.sweep(folder.resolve("none"), folder);
        assertThat(folder).isEmptyDirectory();
    }
}
