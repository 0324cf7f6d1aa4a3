package io.operatorlib.testing.apiserver;

import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiResponse;
import java.util.List;

/** What every cluster has from its start. */
final class Beginnings {
    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");
    private static final String RBAC = "rbac.authorization.k8s.io";

    private Beginnings() {}

    static void of(ApiServer server) {
        for (String name : NAMESPACES) {
            post(server, "/api/v1/namespaces", "v1", "Namespace", name, "");
        }
        role(
                server,
                "cluster-admin",
                "{'apiGroups':['*'],'resources':['*'],'verbs':['*']},{'nonResourceURLs':['*'],'verbs':['*']}",
                Caller.MASTERS);
        role(
                server,
                "system:basic-user",
                "{'apiGroups':['authorization.k8s.io'],'resources':['selfsubjectaccessreviews',"
                        + "'selfsubjectrulesreviews'],'verbs':['create']},{'apiGroups':['authentication.k8s.io'],"
                        + "'resources':['selfsubjectreviews'],'verbs':['create']}",
                Caller.AUTHENTICATED);
        role(
                server,
                "system:discovery",
                "{'nonResourceURLs':['/api','/api/*','/apis','/apis/*','/healthz','/livez','/openapi','/openapi/*',"
                        + "'/readyz','/version','/version/'],'verbs':['get']}",
                Caller.AUTHENTICATED);
        role(
                server,
                "system:public-info-viewer",
                "{'nonResourceURLs':['/healthz','/livez','/readyz','/version','/version/'],'verbs':['get']}",
                Caller.AUTHENTICATED,
                Caller.UNAUTHENTICATED);
        role(
                server,
                "system:service-account-issuer-discovery",
                "{'nonResourceURLs':['/.well-known/openid-configuration','/.well-known/openid-configuration/',"
                        + "'/openid/v1/jwks','/openid/v1/jwks/'],'verbs':['get']}",
                Caller.SERVICE_ACCOUNTS);
        post(
                server,
                "/api/v1/namespaces/default/services",
                "v1",
                "Service",
                "kubernetes",
                ",'spec':{'type':'ClusterIP','clusterIP':'10.96.0.1','ports':[{'name':'https','port':443,"
                        + "'protocol':'TCP','targetPort':6443}]}");
    }

    /** A cluster role, bound to groups by a binding of the same name. */
    private static void role(ApiServer server, String name, String rules, String... groups) {
        String path = "/apis/" + RBAC + "/v1/";
        post(server, path + "clusterroles", RBAC + "/v1", "ClusterRole", name, ",'rules':[" + rules + "]");
        var subjects = new java.util.StringJoiner(",");
        for (String group : groups) {
            subjects.add("{'kind':'Group','apiGroup':'" + RBAC + "','name':'" + group + "'}");
        }
        post(
                server,
                path + "clusterrolebindings",
                RBAC + "/v1",
                "ClusterRoleBinding",
                name,
                ",'roleRef':{'apiGroup':'" + RBAC + "','kind':'ClusterRole','name':'" + name + "'},'subjects':["
                        + subjects + "]");
    }

    private static void post(ApiServer server, String path, String apiVersion, String kind, String name, String more) {
        String json = "{'apiVersion':'" + apiVersion + "','kind':'" + kind + "','metadata':{'name':'" + name + "'}"
                + more + "}";
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
