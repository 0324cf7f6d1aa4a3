package io.operatorlib.postgres.instance;

import io.operatorlib.Ports;
import io.operatorlib.agent.Agents;
import io.operatorlib.postgres.PostgresCluster;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/** The program in an instance's pod: an {@link Instance} with the pod's own PostgreSQL. */
public final class InstanceManager {
    private InstanceManager() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> environment = System.getenv();
        var me = Identity.read(environment);
        String address = Identity.text(environment, "POD_IP");
        Ports ports = Ports.fromEnvironment();
        var server = new Postgres(
                new Postgres.Settings(
                        Path.of("/var/lib/postgresql"),
                        "",
                        me.name(),
                        address,
                        Identity.text(environment, "SUPERUSER_PASSWORD"),
                        Identity.text(environment, "REPLICATION_PASSWORD")),
                ports.scheduler());
        var at = new InetSocketAddress(address, PostgresCluster.STATE_PORT);
        Agents.run(new Instance(me, ports, server), me.name(), at, ports.scheduler());
    }
}
