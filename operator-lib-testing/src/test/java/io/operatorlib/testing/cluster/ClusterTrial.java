package io.operatorlib.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import io.operatorlib.spi.Scheduler;
import io.operatorlib.testing.cluster.process.ImageCatalog;
import io.operatorlib.testing.cluster.process.LocalImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A local cluster with what tests do to it. */
final class ClusterTrial implements AutoCloseable {
    /** Generous: what takes longer on a loaded machine is not slow but broken. */
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(20);

    final LocalCluster cluster;
    final KubeClient client;
    private final Path folder;
    private final Scheduler scheduler = new RealScheduler();

    ClusterTrial(Path folder) {
        this(folder, UnaryOperator.identity());
    }

    ClusterTrial(Path folder, UnaryOperator<LocalClusterOptions> more) {
        this.folder = folder;
        cluster = LocalCluster.start(more.apply(LocalClusterOptions.in(folder)
                .images(ImageCatalog.of(LocalImage.machine("shell")))
                .backoff(Duration.ofMillis(200), Duration.ofSeconds(1))));
        client = new KubeClient(cluster.admin());
    }

    void create(Class<?> type, String json) {
        var object = Json.parse(json);
        KindRef kind = BuiltInKinds.of(type);
        client.create(kind, kind.namespaced() ? "default" : "", object, "test");
    }

    Optional<JsonObject> find(Class<?> type, String name) {
        KindRef kind = BuiltInKinds.of(type);
        return client.find(kind, new ResourceKey(kind.namespaced() ? "default" : "", name));
    }

    void delete(Class<?> type, String name, DeleteOptions options) {
        KindRef kind = BuiltInKinds.of(type);
        client.delete(kind, new ResourceKey(kind.namespaced() ? "default" : "", name), options);
    }

    JsonObject await(Class<?> type, String name, Predicate<JsonObject> wanted) {
        return await(() -> find(type, name).filter(wanted), () -> "last seen: " + find(type, name));
    }

    void awaitGone(Class<?> type, String name) {
        await(
                () -> find(type, name).isEmpty() ? Optional.of(true) : Optional.empty(),
                () -> "still there: " + find(type, name));
    }

    <T> T await(Supplier<Optional<T>> look, Supplier<String> otherwise) {
        long end = scheduler.nanoTime() + DEADLINE.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent()) {
                return seen.get();
            }
            assertThat(scheduler.nanoTime() - end).as(otherwise).isNegative();
            try {
                scheduler.sleep(LOOK);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    String log(String pod, String query) {
        var request = ApiRequest.of(ApiRequest.Method.GET, "/api/v1/namespaces/default/pods/" + pod + "/log");
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            request = request.with(parts[0], parts[1]);
        }
        try (ApiResponse reply = cluster.admin().send(request)) {
            return reply.text();
        }
    }

    String awaitLog(String pod, String text) {
        return await(() -> Optional.of(log(pod, "")).filter(log -> log.contains(text)), () -> "log: " + log(pod, ""));
    }

    /** Waits until what a pod says from now on has that in it. */
    void awaitInLogFromNow(String pod, String text) {
        int said = log(pod, "").length();
        await(
                () -> Optional.of(log(pod, "").substring(said)).filter(log -> log.contains(text)),
                () -> "log: " + log(pod, "").substring(said));
    }

    void patch(Class<?> type, String name, String patch) {
        KindRef kind = BuiltInKinds.of(type);
        client.mergePatch(kind, new ResourceKey(kind.namespaced() ? "default" : "", name), Json.parse(patch), "test");
    }

    /** Kills a pod's processes with SIGKILL, as a person would who looks for them by name. */
    void kill(String pod) {
        String uid = Json.uid(find(V1Pod.class, pod).orElseThrow());
        ProcessHandle outside = ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(uid))
                .findFirst()
                .orElseThrow();
        outside.descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** The command lines of all processes that descend from this one. */
    List<String> processes() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .toList();
    }

    /** The folders directly in a folder of the cluster. */
    List<String> folders(String name) {
        String[] names = folder.resolve(name).toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    static boolean ready(JsonObject pod) {
        return Json.objects(pod, "status", "conditions").stream()
                .anyMatch(c -> Json.text(c, "type").equals("Ready")
                        && Json.text(c, "status").equals("True"));
    }

    /** The status of a pod's only container. */
    static JsonObject container(JsonObject pod) {
        return Json.objects(pod, "status", "containerStatuses").stream()
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
