package io.operatorlib.testing.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.operatorlib.Kind;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdRegistrar;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Random types, compiled, made into definitions, and put to a server with values that fit and values that do not. */
class SchemaShapesTest {
    @RegisterExtension
    static final RealServer REAL = new RealServer("random schemas");

    private static final int SHAPES = Integer.getInteger("operatorlib.crd.shapes", 120);
    private static final long SEED = Long.getLong("operatorlib.seed", 1);

    /** So many stand in one definition: each definition takes a server a moment. */
    private static final int TOGETHER = 20;

    private static final String IMPORTS = """
            package shapes;
            import com.google.gson.annotations.SerializedName;
            import io.kubernetes.client.custom.*;
            import io.kubernetes.client.openapi.models.*;
            import io.operatorlib.crd.*;
            import java.time.*;
            import java.util.*;
            import org.jspecify.annotations.Nullable;
            """;

    @TempDir
    static Path dir;

    /** A definition of many shapes, each a field {@code s0}, {@code s1} and so on of the spec. */
    private record Group(Crd crd, List<Shape> shapes) {}

    @Test
    void onTheDoubleEveryShapeIsAcceptedAndJudgesItsValues() throws Exception {
        try (var sim = Sim.seeded(1)) {
            judge("double", ApiServer.create(sim.scheduler()).as(Caller.ADMIN), sim.scheduler());
        }
    }

    @Test
    void onARealServerEveryShapeIsAcceptedAndJudgesItsValues() throws Exception {
        REAL.with((api, scheduler) -> judge("kube-apiserver", api, scheduler));
    }

    private static void judge(String name, KubeApi api, Scheduler scheduler) throws Exception {
        long began = scheduler.nanoTime();
        var random = new Random(SEED);
        List<Group> groups = groups(random);
        var client = new KubeClient(api);
        for (Group group : groups) {
            assertThat(group.crd().yaml())
                    .as("byte by byte")
                    .isEqualTo(group.crd().yaml());
            new CrdRegistrar(api, scheduler, "shapes").register(group.crd());
        }
        var wrong = new ArrayList<String>();
        int valid = 0;
        int bad = 0;
        for (Group group : groups) {
            KindRef kind = KindRef.of(group.crd().kind());
            Served.await(api, kind, scheduler);
            for (int i = 0; i < group.shapes().size(); i++) {
                Shape shape = group.shapes().get(i);
                String field = "s" + i;
                valid++;
                refusal(client, kind, field, shape.valid(random))
                        .forEach(refusal -> wrong.add(shape.declarations() + " refuses what fits: " + refusal));
                var refused = shape.bad(random);
                if (refused.isPresent()) {
                    bad++;
                    String at = "spec." + field + refused.get().at();
                    List<String> fields =
                            refusal(client, kind, field, refused.get().value());
                    if (fields.stream().noneMatch(said -> said.startsWith(at + ":"))) {
                        wrong.add(shape.declarations() + " takes "
                                + refused.get().value() + ", of which " + at + " is wrong; it says " + fields);
                    }
                }
            }
        }
        System.out.printf(
                "random shapes on the %s, seed %d: %d shapes in %d definitions, %d objects accepted, %d refused, in"
                        + " %.1f s%n",
                name, SEED, SHAPES, groups.size(), valid, bad, (scheduler.nanoTime() - began) / 1e9);
        assertThat(wrong).isEmpty();
    }

    /** What the server has against a value: each field with its objection. */
    private static List<String> refusal(KubeClient client, KindRef kind, String field, JsonElement value) {
        var spec = new JsonObject();
        spec.add(field, value);
        var meta = new JsonObject();
        meta.addProperty("generateName", "o-");
        var object = new JsonObject();
        object.add("metadata", meta);
        object.add("spec", spec);
        try {
            client.create(kind, "default", object, "shapes");
            return List.of();
        } catch (ApiException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(422);
            return e.causes().stream()
                    // of duplicates the server speaks in another way
                    .map(cause -> cause.field().replace("[key]", ".key") + ": " + cause.message())
                    .toList();
        }
    }

    private static List<Group> groups(Random random) throws IOException, ClassNotFoundException {
        var drawn = new ArrayList<List<Shape>>();
        var sources = new ArrayList<String>();
        Path source = Files.createTempDirectory(dir, "shapes");
        for (int first = 0; first < SHAPES; first += TOGETHER) {
            var shapes = new Shapes(random);
            var group = new ArrayList<Shape>();
            var members = new ArrayList<String>();
            var text = new StringBuilder(IMPORTS + "final class G" + drawn.size() + " {\n");
            for (int i = 0; i < Math.min(TOGETHER, SHAPES - first); i++) {
                Shape shape = shapes.object();
                group.add(shape);
                text.append(shape.declarations());
                members.add("@Nullable " + shape.type() + " s" + i);
            }
            text.append("record Spec(").append(String.join(", ", members)).append(") {}\n}\n");
            Path file = source.resolve("G" + drawn.size() + ".java");
            Files.writeString(file, text);
            sources.add(file.toString());
            drawn.add(group);
        }
        compile(source, sources);
        var loader = new URLClassLoader(new URL[] {source.toUri().toURL()}, SchemaShapesTest.class.getClassLoader());
        var groups = new ArrayList<Group>();
        for (int i = 0; i < drawn.size(); i++) {
            Class<?> spec = Class.forName("shapes.G" + i + "$Spec", true, loader);
            groups.add(new Group(
                    Crd.hub(Kind.of("shapes.operatorlib.io", "v1", "Shape" + i, spec, Void.class)), drawn.get(i)));
        }
        return groups;
    }

    private static void compile(Path into, List<String> sources) {
        var problems = new StringWriter();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var options = List.of("-proc:none", "-nowarn", "-cp", path, "-d", into.toString());
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(
                            problems,
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjects(sources.toArray(String[]::new)))
                    .call();
            assertThat(done).as(problems.toString()).isTrue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
