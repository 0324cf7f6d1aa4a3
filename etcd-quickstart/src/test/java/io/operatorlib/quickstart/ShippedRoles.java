package io.operatorlib.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.LoggedRequest;
import io.operatorlib.testing.apiserver.RoleUse;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The roles of the install manifest, to be held against what the operator asked for. */
final class ShippedRoles {
    /** As whom an API server knows the installed operator. */
    static final Caller OPERATOR = Caller.serviceAccount("etcd-operator", "etcd-operator");

    private static final String RBAC = "rbac.authorization.k8s.io";

    /** What roles are made of, and live in. */
    private static final List<KindRef> KINDS = List.of(
            new KindRef("", "v1", "Namespace", "namespaces", false),
            new KindRef(RBAC, "v1", "ClusterRole", "clusterroles", false),
            new KindRef(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", false),
            new KindRef(RBAC, "v1", "Role", "roles", true),
            new KindRef(RBAC, "v1", "RoleBinding", "rolebindings", true));

    private ShippedRoles() {}

    /** What the operator made of its roles on a cluster that wrote a log of its requests. */
    static RoleUse use(String manifest, Collection<LoggedRequest> requests) {
        var judge = ApiServer.create(new RealScheduler());
        var admin = new KubeClient(judge.as(Caller.ADMIN));
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(manifest)) {
            JsonObject object = new Gson().toJsonTree(document).getAsJsonObject();
            KINDS.stream()
                    .filter(kind -> kind.kind().equals(object.get("kind").getAsString()))
                    .forEach(kind -> admin.create(kind, namespace(object), object, "judge"));
        }
        RoleUse use = judge.roleUse(OPERATOR);
        requests.forEach(use::note);
        return use;
    }

    private static String namespace(JsonObject object) {
        var namespace = object.getAsJsonObject("metadata").get("namespace");
        return namespace == null ? "" : namespace.getAsString();
    }

    /**
     * The grants that were not used, but for those that only an accident needs, of which the simulation makes enough:
     * looking at what became of a write whose reply was lost, and listing where an API server cannot stream.
     */
    static Set<String> unused(RoleUse use) {
        var unused = new TreeSet<>(use.unused());
        unused.removeIf(grant -> grant.matches("(get|list) \\S+"));
        return unused;
    }

    static void assertNoneRefused(RoleUse use) {
        assertThat(use.forbidden()).as("refused under the shipped roles").isEmpty();
    }
}
