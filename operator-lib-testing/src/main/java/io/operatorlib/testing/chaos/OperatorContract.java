package io.operatorlib.testing.chaos;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.apiserver.ServedKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The seven guidelines by which CoreOS introduced the operator in 2016, as seven tests. A subclass gives its operator;
 * a guideline for which it gives nothing to try is skipped as <em>not proven</em>, and is never green.
 *
 * @param <W> the world of the workload
 * @see <a href="https://coreos.com/blog/introducing-operators.html">where they were first written down</a>
 */
public abstract class OperatorContract<W> {
    private static final Duration AWAY = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMinutes(1);

    /** Kinds that nobody owns: definitions, and what passes. */
    private static final Set<String> OWNERLESS = Set.of("customresourcedefinitions", "events", "leases");

    /** The operator, a resource of its own kind that runs, edits of it and what is desired of it. */
    protected abstract Workload<W> workload();

    /** What installs the operator: a file of YAML documents. */
    protected Optional<Path> installManifest() {
        return Optional.empty();
    }

    /** Manifests that users of earlier releases have written, as JSON. */
    protected List<String> earlierManifests() {
        return List.of();
    }

    /** The workload in whose world those are tried: one that converts, where that takes more than the other has. */
    protected Workload<W> converting() {
        return workload();
    }

    /** Whether the application that the operator runs does its work. It calls no door. */
    protected Optional<Predicate<W>> applicationServes() {
        return Optional.empty();
    }

    /** The workload's edits that lead from version to version, by their names and in their order. */
    protected List<String> versionPath() {
        return List.of();
    }

    /** What is tried in the last test; {@link Chaos#SEEDS} asks for more. */
    protected Chaos chaos() {
        return Chaos.of(Integer.getInteger(Chaos.SEEDS, 10));
    }

    @Test
    void guideline1_itInstallsAsOneDeployment() {
        var path = installManifest().orElseThrow(() -> notProven("no install manifest is given"));
        var manifests = documents(path);
        var deployments = manifests.stream()
                .filter(manifest -> manifest.get("kind").getAsString().equals("Deployment"))
                .count();
        require(deployments == 1, path + " has " + deployments + " Deployments");
        try (var sim = Sim.seeded(1)) {
            var cluster = SimCluster.in(sim, SimCluster.OPERATOR);
            manifests.forEach(cluster::create);
        }
    }

    @Test
    void guideline2_itHasAResourceTypeOfItsOwn() {
        withWorld((sim, world) -> {
            var cluster = workload().cluster(world);
            var own = cluster.server().served().stream()
                    .filter(ServedKind::custom)
                    .filter(kind -> !cluster.list(collection(kind)).isEmpty())
                    .toList();
            require(!own.isEmpty(), "the workload has no object of a custom kind");
        });
    }

    @Test
    void guideline3_itUsesKubernetesOwnPrimitives() {
        withWorld((sim, world) -> {
            var cluster = workload().cluster(world);
            var written = cluster.mutationsByOperator().stream()
                    .filter(LoggedRequest::changed)
                    .filter(request -> request.subresource().isEmpty())
                    .map(request -> request.resource() + " " + request.namespace() + "/" + request.name())
                    .collect(Collectors.toSet());
            var orphans = new ArrayList<String>();
            for (var kind : cluster.server().served()) {
                if (!kind.custom() && !OWNERLESS.contains(kind.plural())) {
                    for (var object : cluster.list(collection(kind))) {
                        var meta = object.getAsJsonObject("metadata");
                        var name = kind.plural() + " " + text(meta, "namespace") + "/" + text(meta, "name");
                        if (written.contains(name) && !meta.has("ownerReferences")) {
                            orphans.add(name);
                        }
                    }
                }
            }
            require(orphans.isEmpty(), "written by the operator, and owned by nobody: " + orphans);
        });
    }

    @Test
    void guideline4_itUnderstandsEveryEarlierVersion() {
        var earlier = earlierManifests();
        if (earlier.isEmpty()) {
            throw notProven("no earlier manifests are given");
        }
        in(converting(), (sim, world) -> {
            for (var manifest : earlier) {
                var written = new Gson().fromJson(manifest, JsonObject.class);
                var cluster = converting().cluster(world);
                var created = cluster.create(written);
                sim.pass(MOMENT);
                var kind = cluster.server().served().stream()
                        .filter(served -> served.apiVersion().equals(text(written, "apiVersion"))
                                && served.kind().equals(text(written, "kind")))
                        .findFirst()
                        .orElseThrow();
                var name = text(created.getAsJsonObject("metadata"), "name");
                var read = cluster.list(collection(kind)).stream()
                        .filter(object ->
                                text(object.getAsJsonObject("metadata"), "name").equals(name))
                        .findFirst();
                require(read.isPresent(), "it is not there any more: " + manifest);
                require(
                        Objects.equals(written.get("spec"), read.get().get("spec")),
                        "read back differently: " + manifest + "\n" + read.get().get("spec"));
                require(read.get().has("status"), "the operator says nothing about it: " + manifest);
            }
        });
    }

    @Test
    void guideline5_theApplicationRunsOnWithoutIt() {
        var serves = applicationServes().orElseThrow(() -> notProven("nothing tells whether the application serves"));
        withWorld((sim, world) -> {
            require(serves.test(world), "the application does not serve to begin with");
            sim.always("the application serves", () -> require(serves.test(world), "it does not"));
            sim.crash(AWAY);
            sim.pass(AWAY.minus(MOMENT));
            require(!sim.operatorRuns(), "the operator is not away");
            new Trial<>(workload()).converge(sim, world);
        });
    }

    @Test
    void guideline6_usersDeclareAVersionAndItOrchestratesTheUpgrade() {
        if (versionPath().isEmpty()) {
            throw notProven("no path from version to version is given");
        }
        withWorld((sim, world) -> {
            applicationServes()
                    .ifPresent(serves ->
                            sim.always("the application serves", () -> require(serves.test(world), "it does not")));
            versionPath().forEach(edit -> new Trial<>(workload()).edit(sim, world, edit));
        });
    }

    @Test
    void guideline7_itIsTestedAgainstAChaosMonkey() {
        var crashes = chaos().crashPoints(workload()).orThrow();
        var hidden = chaos().blindSpots(workload()).orThrow();
        var report = chaos().play(workload());
        require(crashes.runs() > 0, "the operator has no effects");
        require(hidden.runs() > 0, "the operator watches nothing");
        require(report.seeds() > 0, "no seed was played");
    }

    /** Something that is looked at in a world that is as desired. */
    private interface Look<W> {
        void at(Sim sim, W world);
    }

    private void withWorld(Look<W> look) {
        in(workload(), look);
    }

    private void in(Workload<W> workload, Look<W> look) {
        try (var sim = Sim.seeded(1)) {
            look.at(sim, new Trial<>(workload).begun(sim));
        }
    }

    private static TestAbortedException notProven(String why) {
        return new TestAbortedException("not proven: " + why);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static String collection(ServedKind kind) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion() + "/" + kind.plural();
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    private static List<JsonObject> documents(Path path) {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        try {
            return StreamSupport.stream(yaml.loadAll(Files.readString(path)).spliterator(), false)
                    .map(document -> new Gson().toJsonTree(document).getAsJsonObject())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
