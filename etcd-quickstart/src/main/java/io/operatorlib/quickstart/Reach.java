package io.operatorlib.quickstart;

import com.google.gson.JsonObject;
import java.util.Optional;

/** A way from here to the members of etcd in their pods. */
public interface Reach {
    /** Straight to the pods' addresses, where these lead anywhere from here. */
    Reach DIRECT = pod -> Optional.ofNullable(pod.getAsJsonObject("status"))
            .map(status -> status.get("podIP"))
            .map(ip -> "http://" + ip.getAsString() + ":" + Reach.CLIENT_PORT);

    /** Where etcd serves its clients. */
    int CLIENT_PORT = 2379;

    /** The client URL of the member in a pod; empty while there is no way to it. */
    Optional<String> clientUrl(JsonObject pod);
}
