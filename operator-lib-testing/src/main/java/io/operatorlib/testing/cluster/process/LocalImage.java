package io.operatorlib.testing.cluster.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands for a container image here: files of this machine, and how to run them. Besides these, a container sees
 * the machine's own system folders, so that whatever is dynamically linked runs.
 *
 * @param pattern the image names that it stands for; {@code *} is any text
 * @param files where files and folders of this machine are seen: by their path in the container
 * @param environment the variables that the image gives
 * @param entrypoint what runs where a container gives no command
 * @param arguments the entry point's arguments where a container gives none
 */
public record LocalImage(
        String pattern,
        Map<String, Path> files,
        Map<String, String> environment,
        List<String> entrypoint,
        List<String> arguments) {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Keeps a Java of 24 or later from complaining in each log of protobuf's use of {@code sun.misc.Unsafe}. */
    private static final List<String> UNSAFE_ALLOWED =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow");

    public LocalImage {
        files = new LinkedHashMap<>(files);
        environment = new LinkedHashMap<>(environment);
        entrypoint = List.copyOf(entrypoint);
        arguments = List.copyOf(arguments);
    }

    /** An image of nothing but the machine's own programs. */
    public static LocalImage machine(String pattern) {
        return new LocalImage(pattern, Map.of(), Map.of("PATH", PATH), List.of("/bin/sh"), List.of());
    }

    /** An image of some programs, which are seen in {@code /usr/local/bin}; the first is the entry point. */
    public static LocalImage programs(String pattern, Path... programs) {
        var files = new LinkedHashMap<String, Path>();
        List.of(programs).forEach(program -> files.put("/usr/local/bin/" + program.getFileName(), program));
        return new LocalImage(
                pattern,
                files,
                Map.of("PATH", PATH),
                List.of(files.keySet().iterator().next()),
                List.of());
    }

    /**
     * An image of a Java program: the Java that runs this program, and a class path.
     *
     * @param classPath jars and folders, as {@code java.class.path} has them; what is not there is left out
     */
    public static LocalImage java(String pattern, String classPath, String mainClass, String... jvmOptions) {
        var files = new LinkedHashMap<String, Path>();
        Path home = Path.of(System.getProperty("java.home"));
        files.put(home.toString(), home);
        List<String> entries = Stream.of(classPath.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> Files.exists(Path.of(entry)))
                .map(entry -> {
                    Path path = Path.of(entry).toAbsolutePath();
                    String seen = "/app/" + files.size() + "-" + path.getFileName();
                    files.put(seen, path);
                    return seen;
                })
                .toList();
        var entrypoint = new ArrayList<String>();
        entrypoint.add(home.resolve("bin/java").toString());
        entrypoint.addAll(UNSAFE_ALLOWED);
        entrypoint.addAll(List.of(jvmOptions));
        entrypoint.addAll(List.of("-cp", String.join(File.pathSeparator, entries), mainClass));
        return new LocalImage(pattern, files, Map.of("PATH", home + "/bin:" + PATH), entrypoint, List.of());
    }

    boolean standsFor(String image) {
        String regex = Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return image.matches(regex);
    }
}
