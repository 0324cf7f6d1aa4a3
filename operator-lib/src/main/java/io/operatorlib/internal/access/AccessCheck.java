package io.operatorlib.internal.access;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.operatorlib.internal.json.Json;
import io.operatorlib.internal.kube.ApiException;
import io.operatorlib.internal.kube.KindRef;
import io.operatorlib.internal.kube.KubeClient;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server at the start whether the operator may do what it always needs, and names what is missing.
 *
 * <p><b>Flow.</b> Each permission is asked for by a SelfSubjectAccessReview. While one is missing all are asked for again
 * every {@link #AGAIN}; when none is, that is the end.
 *
 * <p><b>Limits.</b> What is taken away later shows in the failures of reconciles. An API server that does not tell is
 * believed to allow.
 */
public final class AccessCheck {
    /** Somebody grants what the log asks for, and looks whether it helped. */
    static final Duration AGAIN = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(AccessCheck.class);

    private static final KindRef REVIEWS =
            new KindRef("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);

    private final KubeClient client;
    private final Scheduler scheduler;
    private final Permissions permissions;
    private final List<String> namespaces;
    private volatile List<String> missing = List.of();

    /**
     * Prepares.
     *
     * @param namespaces where the operator looks; none means everywhere
     */
    public AccessCheck(KubeApi kube, Scheduler scheduler, Permissions permissions, List<String> namespaces) {
        this.client = new KubeClient(kube);
        this.scheduler = scheduler;
        this.permissions = permissions;
        this.namespaces = namespaces.isEmpty() ? List.of("") : List.copyOf(namespaces);
    }

    /** Begins to ask, in a thread of its own, which an interrupt ends. */
    public Scheduler.Task start() {
        return scheduler.fork("access-check", this::run);
    }

    /** What is known to be missing of what is always needed, as people read it. */
    public List<String> missing() {
        return missing;
    }

    private void run() {
        try {
            List<String> unplanned = ask(Permission.Need.IF_PLANNED);
            if (!unplanned.isEmpty()) {
                LOG.info("not granted, and needed only if plans do it missing={}", unplanned);
            }
            missing = ask(Permission.Need.ALWAYS);
            while (!missing.isEmpty()) {
                LOG.error("permissions are missing, grant them to the operator's service account missing={}", missing);
                scheduler.sleep(AGAIN);
                missing = ask(Permission.Need.ALWAYS);
            }
            LOG.info("all permissions that are always needed are granted");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ApiException e) {
            LOG.warn("the API server does not tell what is granted problem=\"{}\"", e.getMessage());
        }
    }

    private List<String> ask(Permission.Need need) throws InterruptedException {
        var refused = new ArrayList<String>();
        for (Permission permission : permissions.of(need)) {
            for (String namespace : permission.namespaced() ? namespaces : List.of("")) {
                if (!granted(permission, namespace)) {
                    refused.add(permission + (namespace.isEmpty() ? "" : " in " + namespace));
                }
            }
        }
        return refused;
    }

    private boolean granted(Permission permission, String namespace) throws InterruptedException {
        while (true) {
            try {
                JsonObject reply = client.create(REVIEWS, "", review(permission, namespace), "access-check");
                return Json.object(reply, "status").get("allowed") instanceof JsonPrimitive allowed
                        && allowed.getAsBoolean();
            } catch (KubeApi.NoReplyException e) {
                scheduler.sleep(AGAIN);
            }
        }
    }

    private static JsonObject review(Permission permission, String namespace) {
        String[] resource = permission.resource().split("/", -1);
        var attributes = new JsonObject();
        attributes.addProperty("group", permission.group());
        attributes.addProperty("resource", resource[0]);
        attributes.addProperty("verb", permission.verb());
        if (resource.length > 1) {
            attributes.addProperty("subresource", resource[1]);
        }
        if (!permission.object().isEmpty()) {
            attributes.addProperty("name", permission.object());
        }
        if (!namespace.isEmpty()) {
            attributes.addProperty("namespace", namespace);
        }
        var spec = new JsonObject();
        spec.add("resourceAttributes", attributes);
        var review = new JsonObject();
        review.add("spec", spec);
        return review;
    }
}
