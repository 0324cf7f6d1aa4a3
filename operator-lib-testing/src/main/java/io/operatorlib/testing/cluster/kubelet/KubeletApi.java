package io.operatorlib.testing.cluster.kubelet;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.operatorlib.ResourceKey;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.DeleteOptions;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.spi.ApiRequest.Method;
import io.operatorlib.spi.KubeApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that a kubelet sends. What changes a pod names its UID, and tells whether it was carried out; what reads
 * for a container throws {@link ContainerException}.
 */
final class KubeletApi {
    static final KindRef PODS = core("Pod", "pods");
    static final KindRef SERVICES = core("Service", "services");
    static final KindRef SECRETS = core("Secret", "secrets");
    static final KindRef CONFIG_MAPS = core("ConfigMap", "configmaps");
    static final KindRef CLAIMS = core("PersistentVolumeClaim", "persistentvolumeclaims");
    static final KindRef VOLUMES = new KindRef("", "v1", "PersistentVolume", "persistentvolumes", false);

    private static final Logger LOG = LoggerFactory.getLogger(KubeletApi.class);
    private static final String JSON = "application/json";
    private static final String MANAGER = "kubelet";
    static final KindRef ACCOUNTS = core("ServiceAccount", "serviceaccounts");
    private static final KindRef EVENTS = core("Event", "events");

    private final KubeClient client;

    KubeletApi(KubeApi door) {
        this.client = new KubeClient(door);
    }

    private static KindRef core(String kind, String plural) {
        return new KindRef("", "v1", kind, plural, true);
    }

    KubeClient client() {
        return client;
    }

    /** Merge-patches the status of this very pod; gives the pod back, or nothing where it was not done. */
    Optional<Pod> patchStatus(Pod pod, JsonObject status) {
        var meta = new JsonObject();
        meta.addProperty("uid", pod.uid());
        var patch = new JsonObject();
        patch.add("metadata", meta);
        patch.add("status", status);
        try {
            return Optional.of(new Pod(client.mergePatch(PODS, pod.key(), "status", patch, MANAGER)));
        } catch (ApiException | KubeApi.NoReplyException e) {
            LOG.info("a pod's status was not written pod={} problem={}", pod.key(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Ends the pod's existence, once its containers have ended. A pod that is gone is a success. */
    boolean deleteFinally(Pod pod) {
        var options = DeleteOptions.DEFAULT.uid(pod.uid()).grace(Duration.ZERO);
        try {
            client.delete(PODS, pod.key(), options);
            return true;
        } catch (ApiException e) {
            return e.code() == 409; // another pod has its name by now
        } catch (KubeApi.NoReplyException e) {
            return false;
        }
    }

    /** Binds a pod to a node, as a scheduler does. */
    boolean bind(Pod pod, String node) {
        var target = new JsonObject();
        target.addProperty("apiVersion", "v1");
        target.addProperty("kind", "Node");
        target.addProperty("name", node);
        var meta = new JsonObject();
        meta.addProperty("name", pod.name());
        meta.addProperty("namespace", pod.namespace());
        meta.addProperty("uid", pod.uid());
        var binding = new JsonObject();
        binding.addProperty("apiVersion", "v1");
        binding.addProperty("kind", "Binding");
        binding.add("metadata", meta);
        binding.add("target", target);
        return sent(ApiRequest.of(Method.POST, PODS.path(pod.key(), "binding")).withBody(JSON, binding.toString()));
    }

    /** The object; empty where there is none. */
    Optional<JsonObject> find(KindRef kind, String namespace, String name) {
        try {
            return client.find(kind, new ResourceKey(namespace, name));
        } catch (ApiException | KubeApi.NoReplyException e) {
            throw new ContainerException(
                    "FailedMount", "cannot read " + kind.plural() + " " + name + ": " + e.getMessage());
        }
    }

    /** The data of a ConfigMap or Secret, one char for each byte. */
    Optional<Map<String, String>> content(KindRef kind, String namespace, String name) {
        return find(kind, namespace, name).map(object -> {
            var content = new LinkedHashMap<String, String>();
            boolean secret = kind.equals(SECRETS);
            Json.object(object, "data").entrySet().forEach(entry -> {
                String value = entry.getValue().getAsString();
                content.put(entry.getKey(), secret ? decoded(value) : bytes(value));
            });
            Json.object(object, "binaryData")
                    .entrySet()
                    .forEach(entry ->
                            content.put(entry.getKey(), decoded(entry.getValue().getAsString())));
            return content;
        });
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }

    /** The bytes of a text's UTF-8, one char for each. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The text whose UTF-8 the bytes are. */
    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** A new token of the pod's service account, bound to the pod. */
    String token(Pod pod, String audience, long seconds) {
        var bound = new JsonObject();
        bound.addProperty("apiVersion", "v1");
        bound.addProperty("kind", "Pod");
        bound.addProperty("name", pod.name());
        bound.addProperty("uid", pod.uid());
        var spec = new JsonObject();
        spec.addProperty("expirationSeconds", seconds);
        spec.add("boundObjectRef", bound);
        if (!audience.isEmpty()) {
            var audiences = new JsonArray();
            audiences.add(audience);
            spec.add("audiences", audiences);
        }
        var request = new JsonObject();
        request.addProperty("apiVersion", "authentication.k8s.io/v1");
        request.addProperty("kind", "TokenRequest");
        request.add("spec", spec);
        var account = new ResourceKey(pod.namespace(), pod.serviceAccount());
        try {
            var reply = client.send(
                    ApiRequest.of(Method.POST, ACCOUNTS.path(account, "token")).withBody(JSON, request.toString()));
            return Json.text(reply, "status", "token");
        } catch (ApiException | KubeApi.NoReplyException e) {
            throw new ContainerException(
                    "FailedMount", "no token for service account " + account + ": " + e.getMessage());
        }
    }

    /** Tells people; an Event that is lost is lost. */
    void event(String namespace, JsonObject event) {
        sent(ApiRequest.of(Method.POST, EVENTS.collection(namespace)).withBody(JSON, event.toString()));
    }

    private boolean sent(ApiRequest request) {
        try {
            client.send(request);
            return true;
        } catch (ApiException e) {
            if (e.code() == 404 || e.code() == 409) {
                return true; // gone, or another by now: either way there is nothing left to do
            }
            LOG.warn("a request was refused request={} problem={}", request, e.getMessage());
            return false;
        } catch (KubeApi.NoReplyException e) {
            return false;
        }
    }
}
