package io.operatorlib.testing;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
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
 * What an operator's install manifest lets it do: its account, with its roles.
 *
 * @param operator as whom it sends its requests
 * @param manifests those that are about that; neither the definition, which the operator puts in place itself, nor the
 *     Deployment
 */
public record ShippedRole(Caller operator, List<JsonObject> manifests) {
    private static final Set<String> KINDS =
            Set.of("Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");

    public ShippedRole {
        manifests = List.copyOf(manifests);
    }

    /**
     * Reads a manifest.
     *
     * @param account of the operator, in the namespace of the same name
     */
    public static ShippedRole read(String account, Path manifest) {
        try {
            var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            var manifests = new ArrayList<JsonObject>();
            for (var document : yaml.loadAll(Files.readString(manifest))) {
                var object = new Gson().toJsonTree(document).getAsJsonObject();
                if (KINDS.contains(object.get("kind").getAsString())) {
                    manifests.add(object);
                }
            }
            return new ShippedRole(Caller.serviceAccount(account, account), manifests);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + manifest.toAbsolutePath(), e);
        }
    }

    /** A cluster in which the operator may do that, and nothing else. */
    public SimCluster cluster(Sim sim) {
        var cluster = SimCluster.in(sim, operator);
        manifests.forEach(cluster::create);
        return cluster;
    }
}
