package io.operatorlib.etcd.sim;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.apiserver.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What the install manifest lets the operator do: its account, with its roles.
 *
 * @param manifests those that are about that; neither the definition, which the operator puts in place itself, nor the
 *     Deployment
 */
record ShippedRole(List<JsonObject> manifests) {
    static final Caller OPERATOR = Caller.serviceAccount("etcd-operator", "etcd-operator");

    private static final Path INSTALL = Path.of("deploy/install.yaml");
    private static final Set<String> KINDS =
            Set.of("Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");

    static ShippedRole read() {
        try {
            var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            var manifests = new ArrayList<JsonObject>();
            for (var document : yaml.loadAll(Files.readString(INSTALL))) {
                var manifest = new Gson().toJsonTree(document).getAsJsonObject();
                if (KINDS.contains(manifest.get("kind").getAsString())) {
                    manifests.add(manifest);
                }
            }
            return new ShippedRole(List.copyOf(manifests));
        } catch (IOException e) {
            throw new UncheckedIOException("the tests run in the module's folder", e);
        }
    }

    void grantIn(SimCluster cluster) {
        manifests.forEach(cluster::create);
    }
}
