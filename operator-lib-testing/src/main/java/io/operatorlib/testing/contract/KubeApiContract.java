package io.operatorlib.testing.contract;

import io.operatorlib.spi.KubeApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract of the Kubernetes API: requests, with what kube-apiserver answered to each. Who claims to be one is asked
 * the same, and must answer the same but for times, UIDs, revisions and addresses, which only have to be equal where
 * they were equal.
 *
 * <p>A subclass names the door. The answers are in the files beside this class; a subclass for a real server can record
 * them anew.
 */
public abstract class KubeApiContract {
    static final List<String> SCRIPTS = List.of(
            "writes",
            "patches",
            "apply",
            "deletion",
            "lists",
            "watches",
            "custom",
            "subresources",
            "access",
            "builtin",
            "checked",
            "refused",
            "definitions");

    /** How to wait between two questions. */
    @FunctionalInterface
    public interface Waiting {
        void pause(Duration time) throws InterruptedException;
    }

    /** The door of an administrator. */
    protected abstract KubeApi api();

    /** How to wait, on this server's time. */
    protected abstract Waiting waiting();

    /** A name that no earlier run has used, for the namespace of a script. */
    protected String namespace(String script) {
        return "contract-" + script;
    }

    /** What to do with a script and what was answered to it; by default nothing, since each case was compared. */
    protected void answered(String script, String answers) throws IOException {}

    /** Tells whether differences do not count, since the answers are being recorded. */
    protected boolean recording() {
        return false;
    }

    /**
     * The sentences that are known not to be true of this server, each with the reason. One that has become true is an
     * error, too: it is to be taken from the list.
     */
    protected Map<String, String> differences() throws IOException {
        return Map.of();
    }

    /** The differences of the server in this JVM, which are recorded beside the answers. */
    public static Map<String, String> differencesOfTheDouble() throws IOException {
        var differences = new TreeMap<String, String>();
        for (String line : lines("differences.txt")) {
            int bar = line.indexOf(" | ");
            if (bar > 0) {
                differences.put(line.substring(0, bar), line.substring(bar + 3));
            }
        }
        return differences;
    }

    @TestFactory
    @Execution(ExecutionMode.SAME_THREAD)
    Stream<DynamicContainer> answersAsKubernetesDoes() throws IOException {
        var containers = new ArrayList<DynamicContainer>();
        for (String name : SCRIPTS) {
            containers.add(DynamicContainer.dynamicContainer(name, tests(read(name))));
        }
        return containers.stream();
    }

    private Stream<DynamicTest> tests(Script script) {
        var run = new ScriptRun(api(), namespace(script.name()), waiting());
        var answers = new ArrayList<Script.Case>();
        Stream<DynamicTest> begin = Stream.of(DynamicTest.dynamicTest("(a namespace)", run::begin));
        Stream<DynamicTest> cases = script.cases().stream()
                .map(one -> DynamicTest.dynamicTest(one.sentence(), () -> {
                    Script.Case now = run.run(one);
                    answers.add(now);
                    if (answers.size() == script.cases().size()) {
                        answered(script.name(), new Script(script.name(), answers).text());
                    }
                    check(one.sentence(), ScriptRun.difference(one, now));
                }));
        return Stream.concat(begin, cases);
    }

    private void check(String sentence, Optional<String> difference) throws IOException {
        boolean known = differences().containsKey(sentence);
        if (recording() || difference.isPresent() == known) {
            return;
        }
        throw new AssertionError(
                known
                        ? sentence + ": is true by now, and to be taken from the known differences"
                        : sentence + ": " + difference.orElse(""));
    }

    private static Script read(String name) throws IOException {
        return Script.parse(name, lines(name + ".contract"));
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in = KubeApiContract.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("the contract's file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
