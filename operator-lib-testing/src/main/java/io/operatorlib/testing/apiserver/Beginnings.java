package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import java.util.List;

/** What every cluster has from its start. */
final class Beginnings {
    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");

    private Beginnings() {}

    static void of(ApiServer server) {
        for (String name : NAMESPACES) {
            post(
                    server,
                    "/api/v1/namespaces",
                    "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
        }
        String rbac = "/apis/rbac.authorization.k8s.io/v1/";
        post(
                server,
                rbac + "clusterroles",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole',"
                        + "'metadata':{'name':'cluster-admin'},'rules':["
                        + "{'apiGroups':['*'],'resources':['*'],'verbs':['*']},"
                        + "{'nonResourceURLs':['*'],'verbs':['*']}]}");
        post(
                server,
                rbac + "clusterrolebindings",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRoleBinding',"
                        + "'metadata':{'name':'cluster-admin'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                        + "'kind':'ClusterRole','name':'cluster-admin'},'subjects':[{'kind':'Group',"
                        + "'apiGroup':'rbac.authorization.k8s.io','name':'system:masters'}]}");
    }

    private static void post(ApiServer server, String path, String json) {
        ApiResponse reply = server.handle(
                Caller.ADMIN,
                ApiRequest.of(ApiRequest.Method.POST, path)
                        .with("fieldManager", "kube-apiserver")
                        .withBody("application/json", json.replace('\'', '"')));
        if (!reply.ok()) {
            throw new IllegalStateException("the server refuses its own beginning: " + reply.text());
        }
    }
}
