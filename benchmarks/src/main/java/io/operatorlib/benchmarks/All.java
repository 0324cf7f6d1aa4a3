package io.operatorlib.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All measurements, one after another, each in a JVM of its own, with the options that this one was given. */
public final class All {
    private static final List<String> PASSED_ON = List.of("servers", "libraries", "options", "idle", "archive", "jar");

    private All() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        for (String resources : List.of("1000", "2000", "10000")) {
            System.out.println("\nThe same operator with " + resources + " resources:\n");
            run(SideBySide.class, List.of("-Dresources=" + resources));
        }
        System.out.println("\nA cached pod:\n");
        run(HeapPerPod.class, List.of());
        System.out.println("\nThe API server's double:\n");
        run(ServerSpeed.class, List.of());
        System.out.println("\nThe queue:\n");
        run(QueueBenchmark.class, List.of());
    }

    private static void run(Class<?> program, List<String> options) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String name : PASSED_ON) {
            command.add("-D" + name + "=" + System.getProperty(name));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            System.out.println(program.getSimpleName() + " ended with " + code);
        }
    }
}
