package io.operatorlib.postgres.story;

import io.operatorlib.agent.Agents;
import io.operatorlib.postgres.InstanceState;
import io.operatorlib.postgres.Instances;
import io.operatorlib.postgres.PostgresCluster;
import io.operatorlib.postgres.PostgresOperator;
import java.security.Security;
import java.util.TreeMap;

/**
 * The operator as it is installed, except that it reaches its instances by their names: on a local cluster those lead through
 * a proxy, and addresses past it.
 */
public final class OperatorByName {
    private OperatorByName() {}

    public static void main(String[] args) {
        // a name is soon another pod's
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        var agents = new Agents(PostgresCluster.STATE_PORT);
        PostgresOperator.installed((addresses, revision) -> {
                    var hosts = new TreeMap<String, String>();
                    addresses.keySet().forEach(name -> hosts.put(name, host(name)));
                    return new Instances(agents.ask(hosts, revision, InstanceState.class));
                })
                .run(args);
    }

    private static String host(String instance) {
        return PostgresCluster.host(instance, Story.NAME, "default");
    }
}
