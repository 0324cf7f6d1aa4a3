package io.operatorlib.quickstart;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Pod;
import io.operatorlib.KubeApis;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.BuiltInKinds;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.internal.kube.ListQuery;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.cluster.LocalCluster;
import io.operatorlib.testing.cluster.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A local cluster with the operator installed, one for all tests of a run; each has a namespace of its own. */
final class SharedCluster implements AutoCloseable {
    private final Machine machine = Shipped.machine();
    private final Path folder;
    private final LocalCluster cluster;
    private final KubeApi admin;

    private SharedCluster() {
        try {
            folder = InMemory.folder("end-to-end-");
            cluster = machine.cluster(folder);
            admin = KubeApis.fromKubeconfig(cluster.kubeconfig());
            var stage = new Stage(admin);
            stage.apply(Files.readString(machine.operator().resolve("deploy/install.yaml")));
            Await.until("the operator is ready", stage::operatorReady);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives tests the cluster as a parameter of their constructor, and says what the operator said where one fails. */
    static final class Resolver implements ParameterResolver, AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException().isPresent()) {
                System.err.println(shared(context).operatorsWords());
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SharedCluster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return shared(context);
        }

        private static SharedCluster shared(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(SharedCluster.class))
                    .getOrComputeIfAbsent(SharedCluster.class, type -> new SharedCluster(), SharedCluster.class);
        }
    }

    /** The end of the operator's log, with what its threads do now. */
    private String operatorsWords() {
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(Machine.OPERATOR))
                .filter(process -> process.children().findAny().isEmpty())
                .forEach(process -> Kill.send("QUIT", process.pid()));
        Await.pause(Duration.ofSeconds(1));
        var words = new StringBuilder();
        client().list(ListQuery.all(BuiltInKinds.of(V1Pod.class)).in("etcd-operator"), pod -> {
            var path = "/api/v1/namespaces/etcd-operator/pods/" + Json.text(pod, "metadata", "name") + "/log";
            try (var reply =
                    admin.send(ApiRequest.of(ApiRequest.Method.GET, path).with("tailLines", "2000"))) {
                words.append(reply.text());
            }
        });
        return words.toString();
    }

    /** A new namespace, or the one that there always is. */
    Stage namespace(String name) {
        if (name.equals("default")) {
            return new Stage(admin);
        }
        client().create(
                        BuiltInKinds.of(V1Namespace.class),
                        "",
                        object("{\"metadata\":{\"name\":\"" + name + "\"}}"),
                        "test");
        return new Stage(admin, name);
    }

    KubeClient client() {
        return new KubeClient(admin);
    }

    Path kubeconfig() {
        return cluster.kubeconfig();
    }

    /** The version of the etcd that the cluster has. */
    String etcdVersion() {
        try {
            return machine.etcdVersion();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonObject object(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    @Override
    public void close() {
        cluster.close();
        Folders.delete(folder);
    }
}
