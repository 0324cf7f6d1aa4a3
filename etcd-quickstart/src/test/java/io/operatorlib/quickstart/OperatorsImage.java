package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.operatorlib.testing.story.Teller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operator's image, as an archive and as what runs of it on this machine.
 *
 * @param archive what the nodes were given
 */
record OperatorsImage(Path archive, Stage stage, Teller teller) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int STARTS = 3;
    private static final long MOST_BYTES = 100_000_000;
    private static final String USER = "65532";

    /** Says how large it is, as whom it runs, what is listed in it and how soon it is ready, and judges most of it. */
    void isSmallAndRestricted() throws Exception {
        teller.chapter("The operator's image");
        long bytes = Files.size(archive);
        teller.note(String.format(Locale.ROOT, "%,d bytes", bytes));
        assertThat(bytes).isLessThan(MOST_BYTES);
        String address = stage.operatorAddresses().iterator().next();
        Path process = proc(process(address).orElseThrow().pid());
        String user = line(process.resolve("status"), "Uid:").split("\\s+")[1];
        String root = access(line(process.resolve("mounts"), ""));
        teller.note("user " + user + "; root file system: " + root);
        assertThat(user).isEqualTo(USER);
        assertThat(root).isEqualTo("ro");
        for (String list : List.of("libraries", "runtime")) {
            Path sbom = process.resolve("root/sbom/" + list + ".cdx.json");
            int components = JsonParser.parseString(Files.readString(sbom))
                    .getAsJsonObject()
                    .getAsJsonArray("components")
                    .size();
            teller.note("/sbom/" + list + ".cdx.json: " + components + " components");
            assertThat(components).isPositive();
        }
        for (int start = 0; start < STARTS; start++) {
            startsOneMore();
        }
    }

    /** For a while there is one operator more, which follows the others. */
    private void startsOneMore() throws Exception {
        var before = stage.operatorAddresses();
        int replicas = stage.operatorReplicas();
        stage.scaleOperator(replicas + 1);
        var found = new ArrayList<ProcessHandle>();
        teller.step(
                "another operator's process is there",
                PATIENCE,
                () -> "",
                () -> stage.operatorAddresses().stream()
                        .filter(address -> !before.contains(address))
                        .flatMap(address -> process(address).stream())
                        .anyMatch(found::add));
        var process = found.get(0);
        String address = environment(process, "POD_IP=");
        var asking = HttpClient.newHttpClient();
        var ready = HttpRequest.newBuilder(URI.create("http://" + address + ":8080/readyz"))
                .timeout(Duration.ofSeconds(1))
                .build();
        teller.step("it says that it is ready", PATIENCE, () -> "", () -> answers(asking, ready));
        teller.done("from its start", since(process));
        teller.step(
                "Kubernetes says so, too",
                PATIENCE,
                () -> "",
                () -> stage.operatorNodes().size() == replicas + 1);
        teller.done("from its start", since(process));
        stage.scaleOperator(replicas);
        teller.step("it is gone", PATIENCE, () -> "", () -> stage.operatorPods() == replicas);
    }

    private static Duration since(ProcessHandle process) {
        return Duration.between(process.info().startInstant().orElseThrow(), Instant.now());
    }

    private static boolean answers(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path proc(long pid) {
        return Path.of("/proc", String.valueOf(pid));
    }

    private static String line(Path file, String start) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(start)).findFirst().orElseThrow();
        }
    }

    /** The first option of a mount of the root: {@code ro} or {@code rw}. */
    private static String access(String mount) {
        var fields = mount.split(" ");
        assertThat(fields[1]).isEqualTo("/");
        return fields[3].substring(0, fields[3].indexOf(','));
    }

    /** The operator's process in the pod with an address: there may be other operators on this machine. */
    private static Optional<ProcessHandle> process(String address) {
        return Measurements.operators()
                .filter(process -> environment(process, "POD_IP=").equals(address))
                .findFirst();
    }

    /** The value of a variable of a process; empty where it has ended, or belongs to somebody else. */
    private static String environment(ProcessHandle process, String start) {
        try {
            return Stream.of(Files.readString(proc(process.pid()).resolve("environ"))
                            .split("\0"))
                    .filter(variable -> variable.startsWith(start))
                    .map(variable -> variable.substring(start.length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
