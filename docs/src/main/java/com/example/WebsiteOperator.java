// region website-operator
package com.example;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapVolumeSource;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1HTTPGetAction;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1ServiceSpec;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import io.operatorlib.Condition;
import io.operatorlib.Controller;
import io.operatorlib.Kind;
import io.operatorlib.Observed;
import io.operatorlib.Operator;
import io.operatorlib.Plan;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.MinLength;
import java.util.List;
import java.util.Map;

/** Keeps a web server for each Website. */
public final class WebsiteOperator {
    /** What a user wishes. */
    record WebsiteSpec(@MinLength(1) String title, String page) {}

    /** What the operator reports. */
    record WebsiteStatus(int ready) {}

    static final Kind<WebsiteSpec, WebsiteStatus> KIND =
            Kind.of("example.com", "v1", "Website", WebsiteSpec.class, WebsiteStatus.class);

    private static final IntOrString PORT = new IntOrString(8000);

    /** From what is observed to what is to be done: no calls, no clock, no memory. */
    static Plan<WebsiteStatus> reconcile(Observed<WebsiteSpec, WebsiteStatus> seen) {
        var html = "<h1>" + seen.spec().title() + "</h1>\n<p>" + seen.spec().page() + "</p>\n";
        int ready = readyServers(seen);
        return Plan.of(new WebsiteStatus(ready))
                .apply(new V1ConfigMap().metadata(seen.childMeta("page")).data(Map.of("index.html", html)))
                .apply(deployment(seen, html))
                .apply(service(seen))
                .condition(Condition.ready(ready > 0, ready > 0 ? "Serving" : "Starting", "ready: " + ready));
    }

    private static int readyServers(Observed<WebsiteSpec, WebsiteStatus> seen) {
        return seen.owned(V1Deployment.class).stream()
                .map(V1Deployment::getStatus)
                .filter(status -> status != null && status.getReadyReplicas() != null)
                .mapToInt(status -> status.getReadyReplicas())
                .sum();
    }

    private static V1Deployment deployment(Observed<WebsiteSpec, WebsiteStatus> seen, String html) {
        var httpd = new V1Container()
                .name("httpd")
                .image("busybox:1.37")
                .command(List.of("httpd", "-f", "-p", PORT.toString(), "-h", "/www"))
                .readinessProbe(new V1Probe()
                        .periodSeconds(1)
                        .httpGet(new V1HTTPGetAction().path("/").port(PORT)))
                .addVolumeMountsItem(new V1VolumeMount().name("page").mountPath("/www"));
        var page = new V1Volume()
                .name("page")
                .configMap(new V1ConfigMapVolumeSource().name(seen.meta().name() + "-page"));
        // the page's hash is part of the pod: another page makes another pod, in a rolling update
        var pod = new V1PodTemplateSpec()
                .metadata(new V1ObjectMeta()
                        .labels(labels(seen))
                        .putAnnotationsItem("page-hash", Integer.toHexString(html.hashCode())))
                .spec(new V1PodSpec().addContainersItem(httpd).addVolumesItem(page));
        return new V1Deployment()
                .metadata(seen.childMeta("web"))
                .spec(new V1DeploymentSpec()
                        .selector(new V1LabelSelector().matchLabels(labels(seen)))
                        .template(pod));
    }

    private static V1Service service(Observed<WebsiteSpec, WebsiteStatus> seen) {
        return new V1Service()
                .metadata(seen.ownedMeta(seen.meta().name()))
                .spec(new V1ServiceSpec()
                        .selector(labels(seen))
                        .addPortsItem(new V1ServicePort().port(80).targetPort(PORT)));
    }

    private static Map<String, String> labels(Observed<WebsiteSpec, WebsiteStatus> seen) {
        return Map.of("website", seen.meta().name());
    }

    static Operator operator() {
        return Operator.named("website-operator")
                .crd(Crd.hub(KIND)
                        .column("Title", ".spec.title")
                        .column("Ready", ".status.conditions[?(@.type==\"Ready\")].status"))
                .controller(Controller.of(KIND)
                        .owns(V1ConfigMap.class)
                        .owns(V1Deployment.class)
                        .owns(V1Service.class)
                        .reconcile(WebsiteOperator::reconcile));
    }

    public static void main(String[] args) {
        operator().run(args);
    }
}
// endregion
